"""Who may: actors, roles, permissions and the policy of every route."""
