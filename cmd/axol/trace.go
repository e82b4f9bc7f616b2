package main

import (
	"fmt"
	"os"
	"time"

	"axol/probes"
)

// traceFile writes what probes record to a file while the guest runs. A nil one records nothing.
type traceFile struct {
	file  *os.File
	trace *probes.Trace
	stop  chan bool
	done  chan error
}

const (
	traceBuffer = 16 << 20              // bytes; what does not fit is lost, and counted
	tracePeriod = 20 * time.Millisecond // how long lines stay in it
)

func openTrace(path string) (*traceFile, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &traceFile{f, probes.NewTrace(traceBuffer), make(chan bool), make(chan error, 1)}, nil
}

func (t *traceFile) lines() *probes.Trace {
	if t == nil {
		return nil
	}
	return t.trace
}

func (t *traceFile) start() {
	if t != nil {
		go func() { t.done <- t.drain() }()
	}
}

func (t *traceFile) drain() error {
	tick := time.NewTicker(tracePeriod)
	defer tick.Stop()
	var buf []byte
	for end := false; !end; {
		select {
		case <-tick.C:
		case <-t.stop:
			end = true
		}
		buf = t.trace.Take(buf[:0])
		if _, err := t.file.Write(buf); err != nil {
			return err
		}
	}
	return nil
}

// finish writes what is left, and says if anything was lost.
func (t *traceFile) finish() error {
	if t == nil {
		return nil
	}
	close(t.stop)
	if err := <-t.done; err != nil {
		return err
	}
	if n := t.trace.Lost(); n > 0 {
		return fmt.Errorf("%s: %d lines were lost: probes were hit faster than the file was written", t.file.Name(), n)
	}
	return t.file.Close()
}
