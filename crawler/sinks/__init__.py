"""The ways out: one file a kind of sink, each with a record that can `send` a message, or says why it could not."""
