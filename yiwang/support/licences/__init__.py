"""Electronic licences: issued, held, presented, verified, ended."""
