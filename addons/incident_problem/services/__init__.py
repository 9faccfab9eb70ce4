"""What ties incidents and problems together."""
