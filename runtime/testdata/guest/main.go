// Guest is a Go program that uses much of what the runtime of a Go program needs
// of the kernel. It prints one line for each thing that works.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func check(what string, ok bool, more ...any) {
	if !ok {
		fmt.Println("FAILED", what, more)
		os.Exit(1)
	}
	fmt.Println(what)
}

func goroutines() bool {
	var wg sync.WaitGroup
	var total atomic.Int64
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var kept [][]byte
			for i := range 50 {
				kept = append(kept, make([]byte, 1000*i))
			}
			total.Add(int64(fib(15) + len(kept)))
		}()
	}
	wg.Wait()
	return total.Load() == 8*(610+50)
}

// preemption stops a loop that does not call anything, which takes a signal.
func preemption() bool {
	var stop atomic.Bool
	done := make(chan bool)
	go func() {
		for n := 0; !stop.Load(); n++ {
		}
		close(done)
	}()
	time.Sleep(5 * time.Millisecond)
	runtime.GC()
	stop.Store(true)
	<-done
	return true
}

func signals() bool {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	return <-c == syscall.SIGUSR1
}

func faults() (ok bool) {
	defer func() { ok = recover() != nil }()
	var p *int
	*p = 1
	return false
}

func network() bool {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return false
	}
	go func() {
		c, _ := ln.Accept()
		io.Copy(c, c)
		c.Close()
	}()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		return false
	}
	c.Write([]byte("echo"))
	c.(*net.TCPConn).CloseWrite()
	b, _ := io.ReadAll(c)
	return string(b) == "echo"
}

func pipes() bool {
	r, w, _ := os.Pipe()
	go func() {
		time.Sleep(time.Millisecond)
		w.Write([]byte("through"))
		w.Close()
	}()
	b, _ := io.ReadAll(r)
	return string(b) == "through"
}

func files() bool {
	dir, err := os.MkdirTemp("", "guest")
	if err != nil {
		return false
	}
	defer os.RemoveAll(dir)
	name := dir + "/file"
	os.WriteFile(name, []byte("content"), 0o644)
	b, _ := os.ReadFile(name)
	list, _ := os.ReadDir(dir)
	info, err := os.Stat(name)
	return string(b) == "content" && len(list) == 1 && err == nil && info.Size() == 7 && time.Since(info.ModTime()) < time.Hour
}

func profile() bool {
	var b bytes.Buffer
	pprof.StartCPUProfile(&b)
	for t := time.Now(); time.Since(t) < 100*time.Millisecond; {
		fib(15)
	}
	pprof.StopCPUProfile()
	return b.Len() > 0
}

func ticks() bool {
	t := time.NewTicker(time.Millisecond)
	for range 5 {
		<-t.C
	}
	return true
}

func main() {
	check("arguments", len(os.Args) == 2 && os.Args[1] == "an argument" && os.Getenv("GUEST") == "yes", os.Args)
	check("arm64", runtime.GOARCH == "arm64")
	check("goroutines", goroutines())
	check("preemption", preemption())
	check("signals", signals())
	check("faults", faults())
	check("network", network())
	check("pipes", pipes())
	check("files", files())
	check("profile", profile())
	check("ticks", ticks())
	exe, err := os.Executable()
	check("executable", err == nil && exe == os.Getenv("EXE"), exe)
	os.Exit(7)
}
