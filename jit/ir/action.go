package ir

// Action is a piece of tracing that generated code does at a probe without leaving: it gathers values into
// an entry, asks a filter about them, and keeps the entry or counts a key of it. Nothing of it can be seen
// by the guest. What it cannot finish (memory that cannot be read, a ring without room) it gives up and has
// the owner's hook do from the beginning: until its last store nobody can see that it began.
type Action struct {
	Early []Fill // what the tests look at
	Tests []Test // the first decides which comes next; none: every hit passes
	Late  []Fill // the rest of the entry
	Kind  ActionKind

	Size  uint32 // of ActionRecord: bytes of the record, its header included, a multiple of 8
	Clock Clock

	Key Key // of ActionHist
}

// ActionKind is what becomes of an entry that passes the tests.
type ActionKind uint8

// The kinds.
const (
	ActionRecord ActionKind = iota // it goes into the vCPU's ring
	ActionHist                     // its key is counted
)

// RecordHeader is the bytes of a record in front of its entry: its size in 32 bits, 32 bits of zero, the time.
const RecordHeader = 16

// Clock is what a record's time is.
type Clock uint8

// The clocks.
const (
	ClockInsns Clock = iota // guest instructions that the vCPU has run: a subtraction
	ClockTicks              // the host's time stamp counter
)

// FillSource is where a Fill begins.
type FillSource uint8

// The sources.
const (
	FillX     FillSource = iota // X[N], or SP when N is 31
	FillConst                   // Imm
	FillHead                    // the ring's Head, with Imm in its low half: what every entry begins with
)

// Fill puts one value, or the elements of an array, into an entry.
type Fill struct {
	Source FillSource
	N      uint8
	Imm    uint64
	// Loads are followed one after the other: each replaces an address by what is at address + offset. The
	// last reads Size bytes, or Count times as many, the others 8.
	Loads []int64
	Count int // elements of an array; 0 is a single value

	At   int   // where in the entry it goes
	Size uint8 // bytes: 1, 2, 4 or 8
	// Width and Shift are of a bit field of the value; Width 0 is none.
	Width, Shift uint8
}

// Test compares a number in the entry with a constant.
type Test struct {
	At     int
	Size   uint8
	Signed bool
	Op     TestOp
	Value  uint64 // cut to Size
	// Then and Else are the tests that come next: Accept or Reject, or an index above the test's own.
	Then, Else int
}

// What ends the tests.
const (
	Accept = -1
	Reject = -2
)

// TestOp is a comparison.
type TestOp uint8

// The comparisons. TestAny holds if the values have a bit in common.
const (
	TestEQ TestOp = iota
	TestNE
	TestLT
	TestLE
	TestGT
	TestGE
	TestAny
)

// Key is how a histogram's key is made of a number in the entry, and where it is counted.
type Key struct {
	At     int
	Size   uint8
	Signed bool
	// Log2 makes it the exponent of the next power of two; Step, if not 0, the multiple of Step below it.
	Log2 bool
	Step uint64

	Table int  // the number of the vCPU's table
	Bits  uint // the table has 1<<Bits slots that keys hash to, and HistSlack behind them
}

// Histograms.
const (
	RingHists = 64 // tables of a vCPU
	HistSlack = 16 // slots behind those that keys hash to: the last of them stays empty
	// HistHash times a key has the slot's number in its highest bits.
	HistHash = 0x9E3779B97F4A7C15
)

// HistSlot is a slot of a histogram's table. A key is in the slot it hashes to, or behind it with no empty
// slot, whose Count is 0, between. Slots are written by the vCPU only: Key before Count becomes 1.
type HistSlot struct {
	Key   uint64
	Count uint64 // read by others, atomically
}

// Ring is what generated code knows of a vCPU's ring of records. It lives outside the Go heap.
type Ring struct {
	// Next is the host address at which the next record goes. Only the vCPU writes it, as the last store of
	// a record, with release order; readers load it with acquire order, and may then read what is before it.
	Next uint64
	// Limit is the host address beyond which no record may end: the vCPU's own. Behind it are RingSlack bytes
	// in which a record may be begun.
	Limit uint64
	// Head is what every entry begins with, but for what FillHead puts into its low half; 0 as long as the
	// vCPU's thread is not known.
	Head uint64
	_    uint64
	// Hist has the host address of each table, 0 for none.
	Hist [RingHists]uint64
}

// RingSlack is the largest record that generated code makes.
const RingSlack = 4096

// Actions appends to the block: all of actions at one place, as number number of the hook.
func (b *Builder) Actions(number uint64, actions []*Action) {
	b.U.Actions = append(b.U.Actions, actions)
	b.Emit(Inst{Op: OpActions, A: Value(len(b.U.Actions) - 1), Imm: number})
}
