"""Decision tables 决策表 as their authors keep them: drafts, test cases, versions published by two persons, the one in force."""
