package lift

import (
	"axol/jit/a64"
	"axol/jit/ir"
)

// Cryptographic extensions (Arm ARM C4.1.96). Most are one operation each; all
// compute the whole register.

func init() {
	for op, c := range map[a64.Op]compute{
		a64.OpAesmc:  op1(ir.OpVAesMc),
		a64.OpAesimc: op1(ir.OpVAesImc),
		a64.OpAese:   accumulate(ir.OpVAesE, operandN),
		a64.OpAesd:   accumulate(ir.OpVAesD, operandN),

		a64.OpSha1h:     op1(ir.OpVSha1H),
		a64.OpSha1su1:   accumulate(ir.OpVSha1Su1, operandN),
		a64.OpSha256su0: accumulate(ir.OpVSha256Su0, operandN),
		a64.OpSha512su0: accumulate(ir.OpVSha512Su0, operandN),
		a64.OpSm4e:      accumulate(ir.OpVSm4E, operandN),
	} {
		register(map[a64.Op]liftFunc{op: lift1(wholeVector, c)})
	}
	for op, c := range map[a64.Op]compute{
		a64.OpSha1c:     op3(ir.OpVSha1C),
		a64.OpSha1p:     op3(ir.OpVSha1P),
		a64.OpSha1m:     op3(ir.OpVSha1M),
		a64.OpSha1su0:   op3(ir.OpVSha1Su0),
		a64.OpSha256h:   op3(ir.OpVSha256H),
		a64.OpSha256h2:  op3(ir.OpVSha256H2),
		a64.OpSha256su1: op3(ir.OpVSha256Su1),
		a64.OpSha512h:   op3(ir.OpVSha512H),
		a64.OpSha512h2:  op3(ir.OpVSha512H2),
		a64.OpSha512su1: op3(ir.OpVSha512Su1),

		a64.OpSm3partw1: op3(ir.OpVSm3PartW1),
		a64.OpSm3partw2: op3(ir.OpVSm3PartW2),
		a64.OpSm3tt1a:   sm3Round(ir.OpVSm3Tt1A),
		a64.OpSm3tt1b:   sm3Round(ir.OpVSm3Tt1B),
		a64.OpSm3tt2a:   sm3Round(ir.OpVSm3Tt2A),
		a64.OpSm3tt2b:   sm3Round(ir.OpVSm3Tt2B),
		a64.OpSm4ekey:   op2(ir.OpVSm4Ekey),
		a64.OpSm3ss1: func(l *lifter, _ uint8, n, m ir.Value) ir.Value {
			return l.v3(ir.OpVSm3Ss1, 0, n, m, l.GetV(l.in.Ra()))
		},

		a64.OpEor3: func(l *lifter, _ uint8, n, m ir.Value) ir.Value {
			return l.Lane2(ir.OpVXor, 0, l.Lane2(ir.OpVXor, 0, n, m), l.GetV(l.in.Ra()))
		},
		a64.OpBcax: func(l *lifter, _ uint8, n, m ir.Value) ir.Value {
			return l.Lane2(ir.OpVXor, 0, n, l.Lane2(ir.OpVAndNot, 0, m, l.GetV(l.in.Ra())))
		},
		a64.OpRax1: func(l *lifter, _ uint8, n, m ir.Value) ir.Value {
			return l.Lane2(ir.OpVXor, 0, n, l.rotateRight64(m, 63))
		},
		a64.OpXar: func(l *lifter, _ uint8, n, m ir.Value) ir.Value {
			return l.rotateRight64(l.Lane2(ir.OpVXor, 0, n, m), uint64(l.in.Imm6()))
		},
	} {
		register(map[a64.Op]liftFunc{op: lift2(wholeVector, c)})
	}
}

func wholeVector(*lifter) uint8 { return 0 }

func sm3Round(op ir.Op) compute {
	return func(l *lifter, _ uint8, n, m ir.Value) ir.Value {
		return l.v3Imm(op, 0, l.destination(), n, m, uint64(l.in.Field(13, 12)))
	}
}

func (l *lifter) rotateRight64(v ir.Value, n uint64) ir.Value {
	if n == 0 {
		return v
	}
	return l.Lane2(ir.OpVOr, 0, l.Lane1Imm(ir.OpVShrImm, ir.D, v, n), l.Lane1Imm(ir.OpVShlImm, ir.D, v, 64-n))
}
