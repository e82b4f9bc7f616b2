//go:build !amd64

package jit

import "time"

var ticksStart = time.Now()

// Ticks is a clock of the host's. Its rate is the host's own: who wants seconds compares it with a clock.
func Ticks() uint64 { return uint64(time.Since(ticksStart)) }
