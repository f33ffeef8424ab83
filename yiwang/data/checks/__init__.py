"""Quality rules run over whole tables: every failing row by its number, at the speed the memory allows."""
