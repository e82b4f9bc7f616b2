package probes

// Class is what the kernel does with a probe on an instruction.
type Class uint8

const (
	Rejected  Class = iota // registration fails with -EINVAL
	Simulated              // the breakpoint handler does the instruction's work
	Stepped                // a copy is executed in an out-of-line slot
)

func (c Class) String() string { return [...]string{"rejected", "simulated", "stepped"}[c] }

// Handler is the kernel function that simulates an instruction.
type Handler uint8

const (
	NoHandler Handler = iota
	HandlerBBl
	HandlerBCond
	HandlerCbz
	HandlerTbz
	HandlerAdr
	HandlerBrBlrRet // before v6.18
	HandlerBrBlr    // v6.18 and later
	HandlerRet      // v6.18 and later
	HandlerLdr
	HandlerLdrsw
	HandlerNop
)

var handlerNames = [...]string{
	NoHandler:       "",
	HandlerBBl:      "simulate_b_bl",
	HandlerBCond:    "simulate_b_cond",
	HandlerCbz:      "simulate_cbz_cbnz",
	HandlerTbz:      "simulate_tbz_tbnz",
	HandlerAdr:      "simulate_adr_adrp",
	HandlerBrBlrRet: "simulate_br_blr_ret",
	HandlerBrBlr:    "simulate_br_blr",
	HandlerRet:      "simulate_ret",
	HandlerLdr:      "simulate_ldr_literal",
	HandlerLdrsw:    "simulate_ldrsw_literal",
	HandlerNop:      "simulate_nop",
}

// String is the name of the kernel's function, empty for NoHandler.
func (h Handler) String() string { return handlerNames[h] }

// Reason says why an instruction is refused or, when it is stepped, what will
// go wrong in the slot.
type Reason uint8

const (
	NoReason Reason = iota

	// Why an instruction is refused.
	ReasonException
	ReasonExceptionReturn
	ReasonMSR
	ReasonMRSDAIF
	ReasonWaitHint
	ReasonOtherHint
	ReasonAuthBranch
	ReasonAuthHint
	ReasonExclusive
	ReasonMemoryCopy
	ReasonPrefetchLiteral
	ReasonUserLiteral
	ReasonExclusiveSequence

	// What goes wrong with an instruction that is accepted all the same.
	HazardSlotBranch
	HazardSlotLiteral
)

var reasonWords = [...]string{
	NoReason:                "",
	ReasonException:         "generates an exception",
	ReasonExceptionReturn:   "returns from an exception",
	ReasonMSR:               "writes PSTATE or a system register",
	ReasonMRSDAIF:           "reads DAIF",
	ReasonWaitHint:          "hint that waits for or sends an event",
	ReasonOtherHint:         "hint not on the allow list",
	ReasonAuthBranch:        "branch with pointer authentication",
	ReasonAuthHint:          "pointer authentication that may fault",
	ReasonExclusive:         "exclusive access or compare-and-swap pair",
	ReasonMemoryCopy:        "memory copy or memory set",
	ReasonPrefetchLiteral:   "prefetch relative to PC",
	ReasonUserLiteral:       "literal load in a user program",
	ReasonExclusiveSequence: "inside an exclusive sequence",
	HazardSlotBranch:        "wrong when stepped: branches out of the slot",
	HazardSlotLiteral:       "wrong when stepped: reads relative to the slot",
}

// String is the reason in words, without commas, empty for NoReason.
func (r Reason) String() string { return reasonWords[r] }

// Verdict is the answer to "may this instruction be probed, and how?".
type Verdict struct {
	Class   Class
	Handler Handler // only when Simulated
	Reason  Reason  // when Rejected always, when Stepped a hazard or none
}

// pack and unpack keep a verdict in the bits of a tree entry below innerNode.
func (v Verdict) pack() uint16 {
	return uint16(v.Class)<<10 | uint16(v.Handler)<<5 | uint16(v.Reason)
}

func unpack(e uint16) Verdict {
	return Verdict{Class(e >> 10), Handler(e >> 5 & 31), Reason(e & 31)}
}
