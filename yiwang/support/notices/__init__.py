"""Notices 消息: tell a person or a company, in their language, through the channels they chose, outside their quiet hours."""
