// The guest of TestProcess: threads that call step 1000 times each, with garbage
// collection, preemption and system calls around it.
package main

import (
	"os"
	"runtime"
	"sync"
)

//go:noinline
func step(x uint64) uint64 { return (x*3 + 7) ^ x>>3 }

func main() {
	var wg sync.WaitGroup
	var sums [4]uint64
	for i := range sums {
		wg.Go(func() {
			runtime.LockOSThread()
			x := uint64(i)
			for n := range 1000 {
				x = step(x)
				if n%100 == 0 {
					runtime.GC()
				}
			}
			sums[i] = x
		})
	}
	wg.Wait()
	var sum uint64
	for _, s := range sums {
		sum += s
	}
	os.Exit(int(sum%100 + 1))
}
