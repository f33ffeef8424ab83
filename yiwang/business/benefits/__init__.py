"""Benefits 免申即享: who is entitled is found, told, paid, rechecked; nobody needs to apply."""
