"""Charts of characterisation profiles: pure functions from what may be told to a drawing and its table."""
