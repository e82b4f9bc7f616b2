// Package trace is the room for what probes record: the layout of events as tracefs describes it (event.go),
// the rings that vCPUs write records into (ring.go, buffer.go), who reads them while the guest runs
// (reader.go), and how they are shown (text.go, jsonl.go, chrome.go).
//
// # How a record gets from a vCPU to a reader
//
// Each vCPU has a ring of its own, in memory outside of Go's heap, which no other vCPU writes. The ring is cut
// into sub-buffers. Generated code (ir.OpActions) makes a record behind the last one and publishes it by one
// store; only when a sub-buffer is full does the vCPU come to Go, and takes the next. A reader holds at most
// one sub-buffer of a ring, and copies what was published. Nobody waits for anybody: a writer that finds no
// sub-buffer loses the record, or, in overwrite mode, the oldest sub-buffer that nobody reads; both are
// counted.
//
// # What this room may not know
//
// How probes are made and hit, and the inside of the JIT. Of generated code it knows ir.Ring.
package trace
