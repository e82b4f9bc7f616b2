package runtime

import (
	"axol/jit"
	"axol/jit/ir"
)

// Engine runs guest code. It is what this package needs of a [jit.Engine].
type Engine interface {
	// NewCPU makes a virtual CPU.
	NewCPU() (CPU, error)
	// Invalidate says that guest code in [lo, hi) has changed, or that it has lost or
	// got its permission to execute. No translation of it is left when it returns.
	Invalidate(lo, hi uint64)
	// Guard says that there are guarded pages, and where. Invalidate is told when that changes.
	Guard(guarded func(pc uint64) bool)
	Close()
}

// CPU is the processor of one guest thread; a [jit.CPU] is one. All methods but Kick
// belong to the one host thread that runs it.
type CPU interface {
	State() *ir.State
	Run() jit.Exit
	Kick()
	Close()
}

// JIT makes engines of package jit. What cfg says of the guest is filled in.
func JIT(cfg jit.Config) func(g jit.Guest, base, limit uint64) (Engine, error) {
	return func(g jit.Guest, base, limit uint64) (Engine, error) {
		cfg.Guest, cfg.MemBase, cfg.MemLimit = g, base, limit
		e, err := jit.New(cfg)
		if err != nil {
			return nil, err
		}
		return Use(e), nil
	}
}

// Use makes an engine of package jit what this package needs.
func Use(e *jit.Engine) Engine { return engine{e} }

// engine is a jit.Engine that says CPU for *jit.CPU.
type engine struct{ *jit.Engine }

func (e engine) NewCPU() (CPU, error) {
	c, err := e.Engine.NewCPU()
	if err != nil {
		return nil, err
	}
	return c, nil
}

func (e engine) Invalidate(lo, hi uint64) { e.Engine.Invalidate(lo, hi) }
