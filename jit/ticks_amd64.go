package jit

// Ticks is the host's time stamp counter. Its rate is the host's own: who wants seconds compares it with a clock.
func Ticks() uint64
