package main

import (
	"fmt"

	"axol/bench"
)

type guestCmd struct{}

func (*guestCmd) Help() string {
	return `The guest is a Go program for arm64 that sorts, fills maps, multiplies matrices, hashes, allocates, and uses
goroutines, signals and timers. It is built the first time, which needs a Go toolchain.

Example:
  axol run "$(axol guest)" sort`
}

func (*guestCmd) Run() error {
	path, err := bench.Guest()
	if err == nil {
		fmt.Println(path)
	}
	return err
}
