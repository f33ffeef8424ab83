"""The legal clock: what day it is, which days are worked, and when a limit ends."""
