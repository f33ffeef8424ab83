"""Who is at the other end: citizens, companies, staff and machines."""
