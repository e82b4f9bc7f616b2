package probes

import (
	"math/rand/v2"
	"testing"
)

func TestSiteMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var m siteMap
	model := map[uint64]*site{}
	for range 20_000 {
		addr := rng.Uint64N(3000) * 4
		switch s := model[addr]; {
		case m.get(addr) != s:
			t.Fatalf("%#x: %v, want %v", addr, m.get(addr), s)
		case s == nil:
			s = &site{addr: addr}
			m.put(s)
			model[addr] = s
		default:
			m.remove(addr)
			m.remove(addr) // nothing is there any more
			delete(model, addr)
		}
		if m.n != len(model) {
			t.Fatalf("%d sites, want %d", m.n, len(model))
		}
	}
	for addr, s := range model {
		if m.get(addr) != s {
			t.Errorf("%#x is lost", addr)
		}
	}
}
