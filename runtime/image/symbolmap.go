package image

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	axolelf "axol/runtime/elf"
)

// readSymbols reads the symbols that are given as text: an address, a type and a name a line, and in /proc/kallsyms a
// module in brackets, whose symbols are left out. It returns nil if none are given.
func readSymbols(opt Options) ([]Symbol, error) {
	if opt.Symbols == nil {
		return nil, nil
	}
	list := []Symbol{}
	lines := bufio.NewScanner(opt.Symbols)
	allZero := true
	for n := 1; lines.Scan(); n++ {
		f := strings.Fields(lines.Text())
		if len(f) == 0 || len(f) == 4 && f[3][0] == '[' {
			continue
		}
		if len(f) != 3 || len(f[1]) != 1 || len(f[2]) > maxSymbolName {
			return nil, fmt.Errorf("symbols: %s:%d: %.80q is not an address, a type and a name", opt.SymbolsPath, n, lines.Text())
		}
		addr, err := strconv.ParseUint(f[0], 16, 64)
		if err != nil {
			return nil, fmt.Errorf("symbols: %s:%d: %.80q is not a hexadecimal address", opt.SymbolsPath, n, f[0])
		}
		allZero = allZero && addr == 0
		if list = append(list, Symbol{addr, f[1][0], f[2]}); len(list) > maxSymbols {
			return nil, fmt.Errorf("symbols: %s:%d: more than %d symbols", opt.SymbolsPath, n, maxSymbols)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("symbols: %s: %w", opt.SymbolsPath, err)
	}
	switch {
	case len(list) == 0:
		return nil, fmt.Errorf("symbols: %s: there are none", opt.SymbolsPath)
	case allZero:
		return nil, fmt.Errorf("symbols: %s: all addresses are 0: read /proc/kallsyms as root, with kernel.kptr_restrict 0 or 1", opt.SymbolsPath)
	}
	return list, nil
}

// bounds finds symbols by name. The first of a name counts.
type bounds map[string]uint64

func newBounds(list []Symbol) bounds {
	b := make(bounds, len(list))
	for _, s := range list {
		if _, twice := b[s.Name]; !twice {
			b[s.Name] = s.Addr
		}
	}
	return b
}

// between is the range that two symbols bound, if it is one.
func (b bounds) between(start, end string) (lo, hi uint64, ok bool) {
	lo, ok1 := b[start]
	hi, ok2 := b[end]
	return lo, hi, ok1 && ok2 && lo < hi
}

// kernelSymbols is the symbols as a kernel looks them up: each reaches up to the next one that has another address.
// Names that a kernel does not keep are left out.
func kernelSymbols(list []Symbol, end uint64) *axolelf.Symbols {
	funcs := make([]axolelf.Symbol, 0, len(list))
	for _, s := range list {
		if !ignored(s.Name) && s.Addr < end {
			funcs = append(funcs, axolelf.Symbol{Name: s.Name, Addr: s.Addr})
		}
	}
	funcs = append(funcs, axolelf.Symbol{Addr: end})
	all := axolelf.NewSymbols(funcs).Funcs
	return axolelf.NewSymbols(all[:len(all)-1])
}

// ignored are the marks that assemblers and linkers leave.
func ignored(name string) bool {
	for _, p := range [...]string{"$", ".L", "__crc_", "__efistub_", "__AArch64ADRPThunk_", "__kstrtab_", "__ksymtab_"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return name == ""
}
