package amd64

// Opcodes of the vector instructions that emit_vec_*.go select, as (prefix, map, byte).
// The legacy and the VEX form of each have the same one.
const (
	pADDB    = 0xFC | map0F | pp66
	pADDW    = 0xFD | map0F | pp66
	pADDD    = 0xFE | map0F | pp66
	pADDQ    = 0xD4 | map0F | pp66
	pSUBB    = 0xF8 | map0F | pp66
	pSUBW    = 0xF9 | map0F | pp66
	pSUBD    = 0xFA | map0F | pp66
	pSUBQ    = 0xFB | map0F | pp66
	pADDSB   = 0xEC | map0F | pp66
	pADDSW   = 0xED | map0F | pp66
	pADDUSB  = 0xDC | map0F | pp66
	pADDUSW  = 0xDD | map0F | pp66
	pSUBSB   = 0xE8 | map0F | pp66
	pSUBSW   = 0xE9 | map0F | pp66
	pSUBUSB  = 0xD8 | map0F | pp66
	pSUBUSW  = 0xD9 | map0F | pp66
	pMULLW   = 0xD5 | map0F | pp66
	pMULHW   = 0xE5 | map0F | pp66
	pMULHUW  = 0xE4 | map0F | pp66
	pMULHRSW = 0x0B | map0F38 | pp66
	pMULLD   = 0x40 | map0F38 | pp66
	pMULDQ   = 0x28 | map0F38 | pp66
	pMULUDQ  = 0xF4 | map0F | pp66
	pMADDWD  = 0xF5 | map0F | pp66
	pHADDW   = 0x01 | map0F38 | pp66
	pHADDD   = 0x02 | map0F38 | pp66
	pSADBW   = 0xF6 | map0F | pp66
	pAVGB    = 0xE0 | map0F | pp66
	pAVGW    = 0xE3 | map0F | pp66
	pABSB    = 0x1C | map0F38 | pp66
	pABSW    = 0x1D | map0F38 | pp66
	pABSD    = 0x1E | map0F38 | pp66

	pMINSB = 0x38 | map0F38 | pp66
	pMINSW = 0xEA | map0F | pp66
	pMINSD = 0x39 | map0F38 | pp66
	pMINUB = 0xDA | map0F | pp66
	pMINUW = 0x3A | map0F38 | pp66
	pMINUD = 0x3B | map0F38 | pp66
	pMAXSB = 0x3C | map0F38 | pp66
	pMAXSW = 0xEE | map0F | pp66
	pMAXSD = 0x3D | map0F38 | pp66
	pMAXUB = 0xDE | map0F | pp66
	pMAXUW = 0x3E | map0F38 | pp66
	pMAXUD = 0x3F | map0F38 | pp66

	pCMPEQB = 0x74 | map0F | pp66
	pCMPEQW = 0x75 | map0F | pp66
	pCMPEQD = 0x76 | map0F | pp66
	pCMPEQQ = 0x29 | map0F38 | pp66
	pCMPGTB = 0x64 | map0F | pp66
	pCMPGTW = 0x65 | map0F | pp66
	pCMPGTD = 0x66 | map0F | pp66
	pCMPGTQ = 0x37 | map0F38 | pp66
	pTEST   = 0x17 | map0F38 | pp66

	pUNPCKLBW  = 0x60 | map0F | pp66
	pUNPCKLWD  = 0x61 | map0F | pp66
	pUNPCKLDQ  = 0x62 | map0F | pp66
	pUNPCKLQDQ = 0x6C | map0F | pp66
	pUNPCKHBW  = 0x68 | map0F | pp66
	pUNPCKHWD  = 0x69 | map0F | pp66
	pUNPCKHDQ  = 0x6A | map0F | pp66
	pUNPCKHQDQ = 0x6D | map0F | pp66
	pACKSSWB   = 0x63 | map0F | pp66
	pACKSSDW   = 0x6B | map0F | pp66
	pACKUSWB   = 0x67 | map0F | pp66
	pACKUSDW   = 0x2B | map0F38 | pp66
	pMOVSXBW   = 0x20 | map0F38 | pp66
	pMOVSXWD   = 0x23 | map0F38 | pp66
	pMOVSXDQ   = 0x25 | map0F38 | pp66
	pMOVZXBW   = 0x30 | map0F38 | pp66
	pMOVZXWD   = 0x33 | map0F38 | pp66
	pMOVZXDQ   = 0x35 | map0F38 | pp66

	// With an immediate.
	pSHUFLW   = 0x70 | map0F | ppF2
	pSHUFHW   = 0x70 | map0F | ppF3
	xSHUFPS   = 0xC6 | map0F
	xSHUFPD   = 0xC6 | map0F | pp66
	pBLENDW   = 0x0E | map0F3A | pp66
	pALIGNR   = 0x0F | map0F3A | pp66
	xINSERTPS = 0x21 | map0F3A | pp66
	pINSRB    = 0x20 | map0F3A | pp66
	pINSRW    = 0xC4 | map0F | pp66
	pINSRD    = 0x22 | map0F3A | pp66 // W: pinsrq
	pEXTRB    = 0x14 | map0F3A | pp66
	pEXTRW    = 0xC5 | map0F | pp66
	pEXTRD    = 0x16 | map0F3A | pp66 // W: pextrq
	xCMPPS    = 0xC2 | map0F
	xROUNDPS  = 0x08 | map0F3A | pp66
	xROUNDPD  = 0x09 | map0F3A | pp66
	pCLMULQDQ = 0x44 | map0F3A | pp66
	xSHA1RNDS = 0xCC | map0F3A

	xMOVQ = 0x7E | map0F | ppF3 // the low half, zeros above

	// Shifts of all lanes by an immediate: groups, with the number of the shift in ModRM.reg.
	pSHIFTW = 0x71 | map0F | pp66
	pSHIFTD = 0x72 | map0F | pp66
	pSHIFTQ = 0x73 | map0F | pp66

	// Shifts lane by lane: AVX2 only. W: 64 bits.
	pSLLV = 0x47 | map0F38 | pp66
	pSRLV = 0x45 | map0F38 | pp66
	pSRAV = 0x46 | map0F38 | pp66

	// Broadcasts: AVX2 only.
	pBROADCASTB = 0x78 | map0F38 | pp66
	pBROADCASTW = 0x79 | map0F38 | pp66
	pBROADCASTD = 0x58 | map0F38 | pp66
	pBROADCASTQ = 0x59 | map0F38 | pp66

	xEXTRACT128 = 0x39 | map0F3A | pp66 // L: the upper half of 256 bits; the source is in ModRM.reg

	// Floating point.
	xSQRTPS   = 0x51 | map0F
	xCVTDQ2PS = 0x5B | map0F
	xCVTTPS2I = 0x5B | map0F | ppF3
	xCVTPS2PD = 0x5A | map0F
	xCVTPD2PS = 0x5A | map0F | pp66
	xCVTPH2PS = 0x13 | map0F38 | pp66 // VEX only
	xCVTPS2PH = 0x1D | map0F3A | pp66 // VEX only; the source is in ModRM.reg
	xFMADD    = 0xB8 | map0F38 | pp66 // vfmadd231, packed; W: double
	xFNMADD   = 0xBC | map0F38 | pp66 // vfnmadd231, packed; W: double
	xFMADDS   = 0xB9 | map0F38 | pp66 // vfmadd231, scalar; W: double

	// Cryptography.
	xAESENC     = 0xDC | map0F38 | pp66
	xAESENCLAST = 0xDD | map0F38 | pp66
	xAESDEC     = 0xDE | map0F38 | pp66
	xAESDECLAST = 0xDF | map0F38 | pp66
	xAESIMC     = 0xDB | map0F38 | pp66
	xSHA256RNDS = 0xCB | map0F38
	xSHA256MSG1 = 0xCC | map0F38
	xSHA256MSG2 = 0xCD | map0F38
)
