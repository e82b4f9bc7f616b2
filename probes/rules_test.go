package probes

import "testing"

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		name, set        string
		crossing, wide   bool
		ret, nop, bccond string
	}{
		{"linux-4.8", "A", true, true, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-4.9", "A", false, true, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-5.7", "A", false, true, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-5.8", "B", false, true, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-5.9", "B", false, true, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-5.10", "C", false, true, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-6.11", "C", false, true, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-6.12", "D", false, false, "simulate_br_blr_ret", "stepped", "stepped"},
		{"linux-6.13", "E", false, false, "simulate_br_blr_ret", "simulated:simulate_nop", "stepped"},
		{"linux-6.17", "E", false, false, "simulate_br_blr_ret", "simulated:simulate_nop", "stepped"},
		{"linux-6.18", "E", false, false, "simulate_ret", "simulated:simulate_nop", "stepped"},
		{"linux-7.0", "E", false, false, "simulate_ret", "simulated:simulate_nop", "stepped"},
		{"linux-7.1", "F", false, false, "simulate_ret", "simulated:simulate_nop", "simulated:simulate_b_cond"},
		{"debian-6.1", "debian-6.1", false, false, "simulate_br_blr_ret", "stepped", "stepped"},
		{"debian-6.12", "debian-6.12", false, false, "simulate_br_blr_ret", "stepped", "simulated:simulate_b_cond"},
	} {
		for _, r := range []*Rules{mustLookup(t, c.name), mustLookup(t, c.name).ForUprobes()} {
			if r.Set != c.set || r.CrossingScan != c.crossing || r.WideLiteral != c.wide {
				t.Errorf("%s: set %s, crossing %v, wide %v", c.name, r.Set, r.CrossingScan, r.WideLiteral)
			}
			ret, nop, bc := Classify(r, 0xd65f03c0).Handler.String(), oracleClass(Classify(r, 0xd503201f)), oracleClass(Classify(r, 0x54000010))
			if ret != c.ret || nop != c.nop || bc != c.bccond {
				t.Errorf("%s: ret %s, nop %s, bc.eq %s", c.name, ret, nop, bc)
			}
		}
	}
	for _, name := range Names() {
		mustLookup(t, name)
	}
	for _, name := range []string{"", "linux", "linux-4.7", "linux-4.21", "linux-3.10", "linux-8.0", "linux-7.3", "linux-6.1.3", "linux-06.1", "debian-6.2", "linux--5.1"} {
		if _, err := Lookup(name); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
}
