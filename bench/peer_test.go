package bench

import (
	"strings"
	"testing"
)

// The hooks of other translators count every call. Who is not there is named.
func TestHookers(t *testing.T) {
	var notes []string
	hookers := findHookers(func(s string) { notes = append(notes, s) })
	for _, h := range hookers {
		n := 0
		for _, r := range peerRows {
			if !h.can(r.name) {
				continue
			}
			n++
			if _, hits, err := h.time(r.name, 12_345); err != nil || hits != 12_345 {
				t.Errorf("%s, %s: %d hits, %v", h.name, r.name, hits, err)
			}
		}
		if _, hits, err := h.time("", 10); err != nil || hits != 0 || n == 0 {
			t.Errorf("%s: %d hits without a hook, %v", h.name, hits, err)
		}
	}
	all := strings.Join(notes, "\n")
	if !strings.Contains(all, "unicorn") || !strings.Contains(all, "qemu") {
		t.Errorf("%q", notes)
	}
	if len(hookers) < 2 {
		t.Skipf("needs libunicorn-dev, qemu-user and gcc: %s", all)
	}
}

func TestPeerHits(t *testing.T) {
	s, err := Select(Catalogue(nil), true, []string{"^peers/"})
	if err != nil {
		t.Fatal(err)
	}
	rep, err := Measure(s, &Options{Rounds: 1, Fidelities: allFidelities, Placements: shadowOnly})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rep.Results {
		seen[r.Name+" "+r.axis("under")] = true
		if b, h := r.median(unitBase), r.median(unitTime); !(b > 0 && h > 0) {
			t.Errorf("%s: %v, hooked %v", r.FullName(), b, h)
		}
	}
	for _, want := range []string{"counter axol-inline", "callback axol-trap"} {
		if !seen[want] {
			t.Errorf("%v", seen)
		}
	}
}
