package amd64

import (
	"testing"

	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/x86"
)

// The encodings of vector instructions, legacy and VEX.

func TestEncodeVectorMoves(t *testing.T) {
	e := newEncodings(t)
	movd := byWidth{x86.AMOVL, x86.AMOVQ}
	pairs(func(d, s Reg) {
		if d != s {
			e.add("movaps", func(a *Asm) { a.movaps(d, s) }, x86.AMOVAPS, xmm(s), xmm(d))
		}
		e.add("movq", func(a *Asm) { a.rr(xMOVQ, false, d, s) }, x86.AMOVQ, xmm(s), xmm(d))
		for _, w := range widths {
			e.add("movGtoX", func(a *Asm) { a.movGtoX(w, d, s) }, movd.of(w), gpr(s), xmm(d))
			e.add("movXtoG", func(a *Asm) { a.movXtoG(w, d, s) }, movd.of(w), xmm(s), gpr(d))
		}
		e.add("pextrb", func(a *Asm) { a.xExtract(0, d, s, 11) }, x86.APEXTRB, imm(11), xmm(s), gpr(d))
		e.add("pextrw", func(a *Asm) { a.xExtract(1, d, s, 6) }, x86.APEXTRW, imm(6), xmm(s), gpr(d))
		e.add("pextrd", func(a *Asm) { a.xExtract(2, d, s, 3) }, x86.APEXTRD, imm(3), xmm(s), gpr(d))
		e.add("pextrq", func(a *Asm) { a.xExtract(3, d, s, 1) }, x86.APEXTRQ, imm(1), xmm(s), gpr(d))
		e.add("pinsrb", func(a *Asm) { a.xInsert(0, d, s, 11) }, x86.APINSRB, imm(11), gpr(s), xmm(d))
		e.add("pinsrw", func(a *Asm) { a.xInsert(1, d, s, 6) }, x86.APINSRW, imm(6), gpr(s), xmm(d))
		e.add("pinsrd", func(a *Asm) { a.xInsert(2, d, s, 3) }, x86.APINSRD, imm(3), gpr(s), xmm(d))
		e.add("pinsrq", func(a *Asm) { a.xInsert(3, d, s, 1) }, x86.APINSRQ, imm(1), gpr(s), xmm(d))
		e.add("vpinsrb", func(a *Asm) { a.vex(pINSRB, false, false, d, s^3, s); a.byte(11) }, x86.AVPINSRB, imm(11), gpr(s), xmm(s^3), xmm(d))
		e.add("vpinsrw", func(a *Asm) { a.vex(pINSRW, false, false, d, s^3, s); a.byte(6) }, x86.AVPINSRW, imm(6), gpr(s), xmm(s^3), xmm(d))
		e.add("vpinsrd", func(a *Asm) { a.vex(pINSRD, false, false, d, s^3, s); a.byte(3) }, x86.AVPINSRD, imm(3), gpr(s), xmm(s^3), xmm(d))
		e.add("vpinsrq", func(a *Asm) { a.vex(pINSRD, true, false, d, s^3, s); a.byte(1) }, x86.AVPINSRQ, imm(1), gpr(s), xmm(s^3), xmm(d))
		e.add("insertps", func(a *Asm) { a.sseImm(xINSERTPS, d, s, 0x4E) }, x86.AINSERTPS, imm(0x4E), xmm(s), xmm(d))
	})
	for x := Xmm(0); x < 16; x++ {
		e.add("zeroAbove 8", func(a *Asm) { a.zeroAbove(x, 8) }, x86.AMOVQ, xmm(x), xmm(x))
		e.add("zeroAbove 4", func(a *Asm) { a.zeroAbove(x, 4) }, x86.AINSERTPS, imm(0x0E), xmm(x), xmm(x))
	}
	for i, m := range mems() {
		x := Xmm(i & 15)
		e.add("movups", func(a *Asm) { a.movups(x, m) }, x86.AMOVUPS, mem(m), xmm(x))
		e.add("storeups", func(a *Asm) { a.storeups(m, x) }, x86.AMOVUPS, xmm(x), mem(m))
		e.add("movq load", func(a *Asm) { a.rm(xMOVQ, false, x, m) }, x86.AMOVQ, mem(m), xmm(x))
		e.add("movq store", func(a *Asm) { a.rm(0xD6|map0F|pp66, false, x, m) }, x86.AMOVQ, xmm(x), mem(m))
		e.add("vpaddd mem", func(a *Asm) { a.vexm(pADDD, false, false, x, Xmm(i>>4&15), m) }, x86.AVPADDD, mem(m), xmm(Xmm(i>>4&15)), xmm(x))
		e.add("vpaddq mem", func(a *Asm) { a.vexm(pSLLV, true, false, x, Xmm(i>>4&15), m) }, x86.AVPSLLVQ, mem(m), xmm(Xmm(i>>4&15)), xmm(x))
	}
	for _, m := range fewMems() {
		e.add("ldmxcsr", func(a *Asm) { a.ldmxcsr(m) }, x86.ALDMXCSR, mem(m), obj.Addr{})
		e.add("stmxcsr", func(a *Asm) { a.stmxcsr(m) }, x86.ASTMXCSR, mem(m))
	}
	e.check()
}

// vectorOps are the instructions of two operands with their legacy and VEX forms. 0: there is none, or golang-asm has none.
var vectorOps = []struct {
	op       opcode
	sse, avx obj.As
}{
	{pAND, x86.APAND, x86.AVPAND}, {pANDN, x86.APANDN, x86.AVPANDN}, {pOR, x86.APOR, x86.AVPOR}, {pXOR, x86.APXOR, x86.AVPXOR},
	{pSHUFB, x86.APSHUFB, x86.AVPSHUFB},
	{pADDB, x86.APADDB, x86.AVPADDB}, {pADDW, x86.APADDW, x86.AVPADDW}, {pADDD, x86.APADDL, x86.AVPADDD}, {pADDQ, x86.APADDQ, x86.AVPADDQ},
	{pSUBB, x86.APSUBB, x86.AVPSUBB}, {pSUBW, x86.APSUBW, x86.AVPSUBW}, {pSUBD, x86.APSUBL, x86.AVPSUBD}, {pSUBQ, x86.APSUBQ, x86.AVPSUBQ},
	{pADDSB, x86.APADDSB, x86.AVPADDSB}, {pADDSW, x86.APADDSW, x86.AVPADDSW}, {pADDUSB, x86.APADDUSB, x86.AVPADDUSB}, {pADDUSW, x86.APADDUSW, x86.AVPADDUSW},
	{pSUBSB, x86.APSUBSB, x86.AVPSUBSB}, {pSUBSW, x86.APSUBSW, x86.AVPSUBSW}, {pSUBUSB, x86.APSUBUSB, x86.AVPSUBUSB}, {pSUBUSW, x86.APSUBUSW, x86.AVPSUBUSW},
	{pMULLW, x86.APMULLW, x86.AVPMULLW}, {pMULHW, x86.APMULHW, x86.AVPMULHW}, {pMULHUW, x86.APMULHUW, x86.AVPMULHUW}, {pMULHRSW, x86.APMULHRSW, x86.AVPMULHRSW},
	{pMULLD, x86.APMULLD, x86.AVPMULLD}, {pMULDQ, x86.APMULDQ, x86.AVPMULDQ}, {pMULUDQ, x86.APMULULQ, x86.AVPMULUDQ}, {pMADDWD, x86.APMADDWL, x86.AVPMADDWD},
	{pHADDW, x86.APHADDW, x86.AVPHADDW}, {pHADDD, x86.APHADDD, x86.AVPHADDD}, {pSADBW, x86.APSADBW, x86.AVPSADBW},
	{pAVGB, x86.APAVGB, x86.AVPAVGB}, {pAVGW, x86.APAVGW, x86.AVPAVGW},
	{pMINSB, x86.APMINSB, x86.AVPMINSB}, {pMINSW, x86.APMINSW, x86.AVPMINSW}, {pMINSD, x86.APMINSD, x86.AVPMINSD},
	{pMINUB, x86.APMINUB, x86.AVPMINUB}, {pMINUW, x86.APMINUW, x86.AVPMINUW}, {pMINUD, x86.APMINUD, x86.AVPMINUD},
	{pMAXSB, x86.APMAXSB, x86.AVPMAXSB}, {pMAXSW, x86.APMAXSW, x86.AVPMAXSW}, {pMAXSD, x86.APMAXSD, x86.AVPMAXSD},
	{pMAXUB, x86.APMAXUB, x86.AVPMAXUB}, {pMAXUW, x86.APMAXUW, x86.AVPMAXUW}, {pMAXUD, x86.APMAXUD, x86.AVPMAXUD},
	{pCMPEQB, x86.APCMPEQB, x86.AVPCMPEQB}, {pCMPEQW, x86.APCMPEQW, x86.AVPCMPEQW}, {pCMPEQD, x86.APCMPEQL, x86.AVPCMPEQD}, {pCMPEQQ, x86.APCMPEQQ, x86.AVPCMPEQQ},
	{pCMPGTB, x86.APCMPGTB, x86.AVPCMPGTB}, {pCMPGTW, x86.APCMPGTW, x86.AVPCMPGTW}, {pCMPGTD, x86.APCMPGTL, x86.AVPCMPGTD}, {pCMPGTQ, x86.APCMPGTQ, x86.AVPCMPGTQ},
	{pUNPCKLBW, x86.APUNPCKLBW, x86.AVPUNPCKLBW}, {pUNPCKLWD, x86.APUNPCKLWL, x86.AVPUNPCKLWD}, {pUNPCKLDQ, x86.APUNPCKLLQ, x86.AVPUNPCKLDQ}, {pUNPCKLQDQ, x86.APUNPCKLQDQ, x86.AVPUNPCKLQDQ},
	{pUNPCKHBW, x86.APUNPCKHBW, x86.AVPUNPCKHBW}, {pUNPCKHWD, x86.APUNPCKHWL, x86.AVPUNPCKHWD}, {pUNPCKHDQ, x86.APUNPCKHLQ, x86.AVPUNPCKHDQ}, {pUNPCKHQDQ, x86.APUNPCKHQDQ, x86.AVPUNPCKHQDQ},
	{pACKSSWB, x86.APACKSSWB, x86.AVPACKSSWB}, {pACKSSDW, x86.APACKSSLW, x86.AVPACKSSDW}, {pACKUSWB, x86.APACKUSWB, x86.AVPACKUSWB}, {pACKUSDW, x86.APACKUSDW, x86.AVPACKUSDW},
	{xADD, x86.AADDPS, x86.AVADDPS}, {xSUB, x86.ASUBPS, x86.AVSUBPS}, {xMUL, x86.AMULPS, x86.AVMULPS}, {xDIV, x86.ADIVPS, x86.AVDIVPS},
	{xMIN, x86.AMINPS, x86.AVMINPS}, {xMAX, x86.AMAXPS, x86.AVMAXPS}, {xAND, x86.AANDPS, x86.AVANDPS}, {xANDN, x86.AANDNPS, x86.AVANDNPS},
	{xOR, x86.AORPS, x86.AVORPS}, {xXOR, x86.AXORPS, x86.AVXORPS},
	{xADD | pp66, x86.AADDPD, x86.AVADDPD}, {xSUB | ppF3, x86.ASUBSS, x86.AVSUBSS}, {xMUL | ppF2, x86.AMULSD, x86.AVMULSD},
	{xAESENC, x86.AAESENC, x86.AVAESENC}, {xAESENCLAST, x86.AAESENCLAST, x86.AVAESENCLAST}, {xAESDEC, x86.AAESDEC, x86.AVAESDEC}, {xAESDECLAST, x86.AAESDECLAST, x86.AVAESDECLAST},
	{xSHA256MSG1, x86.ASHA256MSG1, 0}, {xSHA256MSG2, x86.ASHA256MSG2, 0},
}

// unaryOps have one source.
var unaryOps = []struct {
	op       opcode
	sse, avx obj.As
}{
	{pABSB, x86.APABSB, x86.AVPABSB}, {pABSW, x86.APABSW, x86.AVPABSW}, {pABSD, x86.APABSD, x86.AVPABSD}, {pTEST, x86.APTEST, x86.AVPTEST},
	{pMOVSXBW, x86.APMOVSXBW, x86.AVPMOVSXBW}, {pMOVSXWD, x86.APMOVSXWD, x86.AVPMOVSXWD}, {pMOVSXDQ, x86.APMOVSXDQ, x86.AVPMOVSXDQ},
	{pMOVZXBW, x86.APMOVZXBW, x86.AVPMOVZXBW}, {pMOVZXWD, x86.APMOVZXWD, x86.AVPMOVZXWD}, {pMOVZXDQ, x86.APMOVZXDQ, x86.AVPMOVZXDQ},
	{xSQRTPS, x86.ASQRTPS, x86.AVSQRTPS}, {xSQRTPS | pp66, x86.ASQRTPD, x86.AVSQRTPD}, {xCVTDQ2PS, x86.ACVTPL2PS, x86.AVCVTDQ2PS},
	{xCVTTPS2I, x86.ACVTTPS2PL, x86.AVCVTTPS2DQ}, {xCVTPS2PD, x86.ACVTPS2PD, x86.AVCVTPS2PD}, {xCVTPD2PS, x86.ACVTPD2PS, x86.AVCVTPD2PSX},
	{xAESIMC, x86.AAESIMC, x86.AVAESIMC}, {xCVTPH2PS, 0, x86.AVCVTPH2PS},
	{pBROADCASTB, 0, x86.AVPBROADCASTB}, {pBROADCASTW, 0, x86.AVPBROADCASTW}, {pBROADCASTD, 0, x86.AVPBROADCASTD}, {pBROADCASTQ, 0, x86.AVPBROADCASTQ},
}

// immOps have an immediate; the last column says whether the VEX form has three registers.
var immOps = []struct {
	op       opcode
	sse, avx obj.As
	three    bool
}{
	{pSHUFD, x86.APSHUFD, x86.AVPSHUFD, false}, {pSHUFLW, x86.APSHUFLW, x86.AVPSHUFLW, false}, {pSHUFHW, x86.APSHUFHW, x86.AVPSHUFHW, false},
	{xSHUFPS, x86.ASHUFPS, x86.AVSHUFPS, true}, {xSHUFPD, x86.ASHUFPD, x86.AVSHUFPD, true}, {pBLENDW, x86.APBLENDW, x86.AVPBLENDW, true},
	{pALIGNR, x86.APALIGNR, x86.AVPALIGNR, true}, {xROUNDPS, x86.AROUNDPS, x86.AVROUNDPS, false}, {xROUNDPD, x86.AROUNDPD, x86.AVROUNDPD, false},
	{pCLMULQDQ, x86.APCLMULQDQ, x86.AVPCLMULQDQ, true}, {xSHA1RNDS, x86.ASHA1RNDS4, 0, false}, {xINSERTPS, x86.AINSERTPS, x86.AVINSERTPS, true},
}

func TestEncodeVectors(t *testing.T) {
	e := newEncodings(t)
	for _, o := range vectorOps {
		pairs(func(d, s Reg) {
			e.add("sse", func(a *Asm) { a.sse(o.op, d, s) }, o.sse, xmm(s), xmm(d))
		})
		for _, d := range []Xmm{0, 7, 8, 15} {
			for _, s := range []Xmm{1, 6, 9, 14} {
				for _, r := range []Xmm{2, 5, 10, 13} {
					if o.avx != 0 {
						e.add("vex", func(a *Asm) { a.vex(o.op, false, false, d, s, r) }, o.avx, xmm(r), xmm(s), xmm(d))
					}
				}
			}
		}
	}
	for _, o := range unaryOps {
		pairs(func(d, s Reg) {
			if o.sse != 0 {
				e.add("sse", func(a *Asm) { a.sse(o.op, d, s) }, o.sse, xmm(s), xmm(d))
			}
			e.add("vex", func(a *Asm) { a.vex(o.op, false, false, d, 0, s) }, o.avx, xmm(s), xmm(d))
		})
	}
	for _, o := range immOps {
		pairs(func(d, s Reg) {
			n := uint8(d^s) & 3
			e.add("sseImm", func(a *Asm) { a.sseImm(o.op, d, s, n) }, o.sse, imm(int64(n)), xmm(s), xmm(d))
			if o.avx == 0 {
				return
			}
			if o.three {
				e.add("vexImm", func(a *Asm) { a.vex(o.op, false, false, d, s^5, s); a.byte(n) }, o.avx, imm(int64(n)), xmm(s), xmm(s^5), xmm(d))
			} else {
				e.add("vexImm", func(a *Asm) { a.vex(o.op, false, false, d, 0, s); a.byte(n) }, o.avx, imm(int64(n)), xmm(s), xmm(d))
			}
		})
	}
	pairs(func(d, s Reg) {
		e.add("cmpps", func(a *Asm) { a.sseImm(xCMPPS, d, s, 3) }, x86.ACMPPS, xmm(s), xmm(d), imm(3))
		e.add("cmppd", func(a *Asm) { a.sseImm(xCMPPS|pp66, d, s, 1) }, x86.ACMPPD, xmm(s), xmm(d), imm(1))
		e.add("vcmpps", func(a *Asm) { a.vex(xCMPPS, false, false, d, s^3, s); a.byte(2) }, x86.AVCMPPS, imm(2), xmm(s), xmm(s^3), xmm(d))
		e.add("sha256rnds2", func(a *Asm) { a.sse(xSHA256RNDS, d, s) }, x86.ASHA256RNDS2, xmm(0), xmm(s), xmm(d))
		e.add("vcvtps2ph", func(a *Asm) { a.vex(xCVTPS2PH, false, false, s, 0, d); a.byte(4) }, x86.AVCVTPS2PH, imm(4), xmm(s), xmm(d))
		e.add("vcvtps2ph y", func(a *Asm) { a.vex(xCVTPS2PH, false, true, s, 0, d); a.byte(4) }, x86.AVCVTPS2PH, imm(4), ymm(s), xmm(d))
		e.add("vcvtph2ps y", func(a *Asm) { a.vex(xCVTPH2PS, false, true, d, 0, s) }, x86.AVCVTPH2PS, xmm(s), ymm(d))
		e.add("vextracti128", func(a *Asm) { a.vex(xEXTRACT128, false, true, s, 0, d); a.byte(1) }, x86.AVEXTRACTI128, imm(1), ymm(s), xmm(d))
		e.add("vaddps y", func(a *Asm) { a.vex(xADD, false, true, d, s^3, s) }, x86.AVADDPS, ymm(s), ymm(s^3), ymm(d))
		e.add("vptest y", func(a *Asm) { a.vex(pTEST, false, true, d, 0, s) }, x86.AVPTEST, ymm(s), ymm(d))
	})
	e.add("vzeroupper", func(a *Asm) { a.vzeroupper() }, x86.AVZEROUPPER, obj.Addr{})
	variable := map[opcode]byWidth{pSLLV: {x86.AVPSLLVD, x86.AVPSLLVQ}, pSRLV: {x86.AVPSRLVD, x86.AVPSRLVQ}, pSRAV: {x86.AVPSRAVD, x86.AVPSRAVD}}
	fma := map[opcode]byWidth{xFMADD: {x86.AVFMADD231PS, x86.AVFMADD231PD}, xFNMADD: {x86.AVFNMADD231PS, x86.AVFNMADD231PD}, xFMADDS: {x86.AVFMADD231SS, x86.AVFMADD231SD}}
	for _, byOp := range []map[opcode]byWidth{variable, fma} {
		for op, as := range byOp {
			for _, w := range widths {
				if op == pSRAV && w {
					continue
				}
				triples(func(d, s, r Reg) {
					e.add("vex w", func(a *Asm) { a.vex(op, w, false, d, s, r) }, as.of(w), xmm(r), xmm(s), xmm(d))
				})
			}
		}
	}
	for x := Xmm(0); x < 16; x++ {
		for _, s := range []struct {
			op opcode
			n  uint8
			as obj.As
		}{
			{pSHIFTW, shLeft, x86.APSLLW}, {pSHIFTD, shLeft, x86.APSLLL}, {pSHIFTQ, shLeft, x86.APSLLQ},
			{pSHIFTW, shRight, x86.APSRLW}, {pSHIFTD, shRight, x86.APSRLL}, {pSHIFTQ, shRight, x86.APSRLQ},
			{pSHIFTW, shArith, x86.APSRAW}, {pSHIFTD, shArith, x86.APSRAL},
			{pSHIFTQ, shBytesRight, x86.APSRLO}, {pSHIFTQ, shBytesLeft, x86.APSLLO},
		} {
			e.add("shift", func(a *Asm) { a.rr(s.op, false, Reg(s.n), x); a.byte(3) }, s.as, imm(3), xmm(x))
		}
	}
	e.check()
}
