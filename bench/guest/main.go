// Command guest is the program Axol measures itself with: built for arm64, it is run
// through the translator, by qemu, and with probes on it. Without arguments it does everything once; with names, those
// only; with a number in front, that many times. Its output is the same everywhere.
package main

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

var works = []struct {
	name string
	run  func() string
}{
	{"sort", sortInts},
	{"map", mapCounts},
	{"matrix", matrix},
	{"sha256", hashes},
	{"float", series},
	{"alloc", allocations},
	{"threads", threads},
	{"signals", signals},
	{"timers", timers},
}

func main() {
	times, names := 1, os.Args[1:]
	if len(names) > 0 {
		if n, err := strconv.Atoi(names[0]); err == nil {
			times, names = n, names[1:]
		}
	}
	for range times {
		for _, w := range works {
			if len(names) == 0 || slices.Contains(names, w.name) {
				fmt.Printf("%-8s %s\n", w.name, w.run())
			}
		}
	}
}

// random is a small generator of its own, so that every run does the same.
type random uint64

func (r *random) next() uint64 {
	*r ^= *r << 13
	*r ^= *r >> 7
	*r ^= *r << 17
	return uint64(*r)
}

func sortInts() string {
	r := random(1)
	sum := uint64(0)
	for range 8 {
		a := make([]int, 200_000)
		for i := range a {
			a[i] = int(r.next() >> 1)
		}
		slices.Sort(a)
		sum += uint64(a[len(a)/2])
	}
	return fmt.Sprintf("median sum %x", sum)
}

func mapCounts() string {
	r := random(2)
	m := map[uint64]int{}
	for range 1_500_000 {
		m[r.next()%50_000]++
	}
	most := 0
	for _, n := range m {
		most = max(most, n)
	}
	return fmt.Sprintf("%d keys, most %d", len(m), most)
}

func matrix() string {
	const n = 200
	var a, b, c [n][n]float64
	for i := range n {
		for j := range n {
			a[i][j], b[i][j] = float64(i+j)/n, float64(i-j)/n
		}
	}
	for i := range n {
		for k := range n {
			for j := range n {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	trace := 0.0
	for i := range n {
		trace += c[i][i]
	}
	return fmt.Sprintf("trace %.6f", trace)
}

func hashes() string {
	b := make([]byte, 1<<20)
	for i := range b {
		b[i] = byte(i * 7)
	}
	var h [32]byte
	for range 24 {
		h = sha256.Sum256(b)
		copy(b, h[:])
	}
	return fmt.Sprintf("%x", h[:8])
}

func series() string {
	s := 0.0
	for i := 1; i <= 3_000_000; i++ {
		x := float64(i)
		s += math.Sqrt(x) / (x * x)
	}
	return fmt.Sprintf("%.9f", s)
}

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func allocations() string {
	n := 0
	for range 30 {
		n += tree(14).count()
	}
	runtime.GC()
	return fmt.Sprintf("%d nodes", n)
}

func threads() string {
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	ch := make(chan int, 16)
	for w := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				ch <- w * i
			}
		})
	}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for v := range ch {
				mu.Lock()
				total += v
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	close(ch)
	readers.Wait()
	return fmt.Sprintf("total %d", total)
}

func signals() string {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	n := 0
	for range 5 {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGUSR1); err != nil {
			return err.Error()
		}
		<-c
		n++
	}
	caught := func() (ok bool) {
		defer func() { ok = recover() != nil }()
		var p *node
		p.left = p
		return false
	}()
	return fmt.Sprintf("%d received, nil pointer caught %v", n, caught)
}

func timers() string {
	fired := 0
	for range 5 {
		<-time.After(time.Millisecond)
		fired++
	}
	return fmt.Sprintf("%d fired", fired)
}
