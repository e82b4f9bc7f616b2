package bench

// hitRow is a benchmark of hits: a micro guest, and the probe on its function.
type hitRow struct {
	name, what string
	guest      string
	probe      maker // nil: none
	beside     maker // what is there in any case, also on the guest it is compared with; nil: nothing
	hits       int   // of a call: what the row divides by
}

// Names are those of the kernel's bench_trigger (without trig-) where they mean the same. Its -multi rows are fprobes, and
// fentry, fexit, fmodret, tp and rawtp are no probes of this kind: there are none here.
var hitRows = []hitRow{
	{name: "kprobe", what: "kprobe with a Go pre handler, stepped", guest: "add", probe: kprobe(noPre, nil)},
	{name: "kretprobe", what: "return probe with a Go handler", guest: "add", probe: kretprobe(8)},
	{name: "uprobe-nop", what: "uprobe with a Go handler on NOP", guest: "nop", probe: uprobe},
	{name: "uprobe-push", what: "uprobe on STP, arm64's push", guest: "push", probe: uprobe},
	{name: "uprobe-ret", what: "uprobe on RET", guest: "ret", probe: uprobe},
	{name: "uretprobe-nop", what: "uretprobe with a Go handler on NOP", guest: "nop", probe: uretprobe},
	{name: "uretprobe-push", what: "uretprobe on STP, arm64's push", guest: "push", probe: uretprobe},
	{name: "uretprobe-ret", what: "uretprobe on RET", guest: "ret", probe: uretprobe},

	{name: "kprobe-count", what: "kprobe without handlers: it counts", guest: "add", probe: kprobe(nil, nil)},
	{name: "kprobe-post", what: "kprobe with a Go post handler", guest: "add", probe: kprobe(nil, noPost)},
	{name: "kprobe-pre-post", what: "kprobe with Go pre and post handlers", guest: "add", probe: kprobe(noPre, noPost)},
	{name: "kprobe-three", what: "three kprobes with Go pre handlers at one address", guest: "add",
		probe: several(kprobe(noPre, nil), kprobe(noPre, nil), kprobe(noPre, nil)), hits: 3},
	{name: "kprobe-simulated", what: "kprobe with a Go pre handler on B, simulated", guest: "branch", probe: kprobe(noPre, nil)},
	{name: "kprobe-simulated-count", what: "kprobe without handlers on B", guest: "branch", probe: kprobe(nil, nil)},

	{name: "record", what: "event: a record of two registers", guest: "add", probe: event("a=%x0 b=%x1", "", "")},
	{name: "record-memory", what: "event: a record of a register and memory", guest: "add", probe: event("a=%x0 b=-8(%sp)", "", "")},
	{name: "record-string", what: "event: a record of a string, made by Go", guest: "add", probe: event("a=-8(%sp):string", "", "")},
	{name: "filter-reject", what: "event: a filter that rejects the record", guest: "add", probe: event("a=%x1 b=%x1", "a == 0", "")},
	{name: "filter-accept", what: "event: a filter that accepts, and the record", guest: "add", probe: event("a=%x1 b=%x1", "a != 0", "")},
	{name: "hist-log2", what: "event: a histogram by powers of two", guest: "add", probe: event("a=%x1", "", "hist:keys=a.log2")},
	{name: "hist-linear", what: "event: a histogram by steps of 100000", guest: "add", probe: event("a=%x1", "", "hist:keys=a.buckets=100000")},

	{name: "missed", what: "a nested hit, missed; beside the handler's call alone", guest: "nested", probe: inner, beside: calling},
	{name: "missed-return", what: "two nested calls of a function whose return probe has one instance: one is missed", guest: "recursion",
		probe: kretprobe(1)},
}

// tableRows are those of the kernel documentation's table of probe overhead: kprobe, jprobe, return probe, and two on one
// function.
var tableRows = []hitRow{
	{name: "k", what: "a kprobe", guest: "add", probe: kprobe(noPre, nil)},
	{name: "j", what: "a jprobe (until v4.14)", guest: "add", probe: jprobe},
	{name: "r", what: "a return probe", guest: "add", probe: kretprobe(8)},
	{name: "kr", what: "a kprobe and a return probe on one function", guest: "add", probe: several(kprobe(noPre, nil), kretprobe(8))},
	{name: "jr", what: "a jprobe and a return probe on one function (until v4.14)", guest: "add", probe: several(jprobe, kretprobe(8))},
}

// unprobedRow is the loop without a probe that the rows of a guest are compared with.
func unprobedRow(g *microGuest) hitRow {
	what := "without a probe: a call of " + g.what
	switch g.name { // bench_trigger's names of the same
	case "add":
		what += " (kernel-count)"
	case "nop":
		what += " (usermode-count)"
	}
	return hitRow{name: "unprobed-" + g.name, what: what, guest: g.name}
}
