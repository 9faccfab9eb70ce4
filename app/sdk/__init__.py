"""What an addon may use without a database or a request: errors, actors, rights, life cycles, events, words, time."""
