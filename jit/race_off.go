//go:build !race

package jit

// mark is for the race detector: see race_on.go.
type mark struct{}

func (*mark) release() {}
func (*mark) acquire() {}
