package sweep

import (
	"axol/probes"
)

// Refusal is why no kprobe may stand at a place, whatever the instruction.
type Refusal uint8

const (
	NotRefused Refusal = iota
	RefusedFtrace
	RefusedInit
	RefusedNotText
	RefusedBlacklist
	RefusedJumpLabel
	RefusedBug
	RefusedPreamble
	RefusedException
)

var refusalWords = [...]string{
	NotRefused:       "",
	RefusedFtrace:    "ftrace patches this instruction",
	RefusedInit:      "code for the start only",
	RefusedNotText:   "not the text of the kernel",
	RefusedBlacklist: "on the blacklist",
	RefusedJumpLabel: "a jump label",
	RefusedBug:       "the breakpoint of a BUG or WARN",
	RefusedPreamble:  "the preamble of a function",
	RefusedException: "in the exception table",
}

// String is the refusal in words, without commas, empty for NotRefused.
func (r Refusal) String() string { return refusalWords[r] }

// Verdict is what a kernel says to a probe on an instruction at its place.
type Verdict struct {
	probes.Verdict         // of the instruction and what stands around it
	Place          Refusal // the place is refused, and Class is Rejected
}

// Why is the reason in words: of a refusal always, of a stepped instruction if it goes wrong in its slot.
func (v Verdict) Why() string {
	if v.Place != NotRefused {
		return v.Place.String()
	}
	return v.Reason.String()
}

// Code is the number of a verdict in Verdicts.
type Code uint8

// Verdicts is all there are, in the order in which tables show them.
var Verdicts = allVerdicts()

func allVerdicts() []Verdict {
	list := []Verdict{{Verdict: probes.Verdict{Class: probes.Stepped}}}
	add := func(v probes.Verdict) { list = append(list, Verdict{Verdict: v}) }
	for r := probes.HazardSlotBranch; r <= probes.HazardSlotLiteral; r++ {
		add(probes.Verdict{Class: probes.Stepped, Reason: r})
	}
	for h := probes.HandlerBBl; h <= probes.HandlerNop; h++ {
		add(probes.Verdict{Class: probes.Simulated, Handler: h})
	}
	for r := probes.ReasonException; r <= probes.ReasonExclusiveSequence; r++ {
		add(probes.Verdict{Class: probes.Rejected, Reason: r})
	}
	for p := RefusedFtrace; p <= RefusedException; p++ {
		list = append(list, Verdict{Verdict: probes.Verdict{Class: probes.Rejected}, Place: p})
	}
	return list
}

// codeOf finds the code of what the rules say: by class, handler and reason.
var codeOf = func() (table [1 << 11]Code) {
	for i, v := range Verdicts {
		if v.Place == NotRefused {
			table[codeIndex(v.Verdict)] = Code(i)
		}
	}
	return table
}()

func codeIndex(v probes.Verdict) uint {
	return uint(v.Class&3)<<9 | uint(v.Handler&15)<<5 | uint(v.Reason&31)
}

// placeCode is the code of a refused place.
func placeCode(r Refusal) Code {
	return Code(len(Verdicts)-int(RefusedException)-1) + Code(r)
}

var exclusiveCode = codeOf[codeIndex(probes.Verdict{Class: probes.Rejected, Reason: probes.ReasonExclusiveSequence})]
