"""What runs in a fork server, and in the processes that it forks until they are programs."""
