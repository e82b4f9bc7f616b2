package runtime

// hostNumbers is the number of each arm64 system call on amd64; noHost where it has none.
var hostNumbers = [...]uint16{
	206, 207, 209, 210, 208, 188, 189, 190, 191, 192, // 0
	193, 194, 195, 196, 197, 198, 199, 79, 212, 290, // 10
	291, 233, 281, 32, 292, 72, 294, 254, 255, 16, // 20
	251, 252, 73, 259, 258, 263, 266, 265, 264, 166, // 30
	165, 155, 180, 137, 138, 76, 77, 285, 269, 80, // 40
	81, 161, 91, 268, 260, 93, 257, 3, 153, 293, // 50
	179, 217, 8, 0, 1, 19, 20, 17, 18, 295, // 60
	296, 40, 270, 271, 289, 278, 275, 276, 267, 262, // 70
	5, 162, 74, 75, 277, 283, 286, 287, 280, 163, // 80
	125, 126, 135, 60, 231, 247, 218, 272, 202, 273, // 90
	274, 35, 36, 38, 246, 175, 176, 222, 224, 225, // 100
	223, 226, 227, 228, 229, 230, 103, 101, 142, 144, // 110
	145, 143, 203, 204, 24, 146, 147, 148, 219, 62, // 120
	200, 234, 131, 130, 13, 14, 127, 128, 129, 15, // 130
	141, 140, 169, 114, 106, 113, 105, 117, 118, 119, // 140
	120, 122, 123, 100, 109, 121, 124, 112, 115, 116, // 150
	63, 170, 171, 97, 160, 98, 95, 157, 309, 96, // 160
	164, 159, 39, 110, 102, 107, 104, 108, 186, 99, // 170
	240, 241, 242, 243, 244, 245, 68, 71, 70, 69, // 180
	64, 66, 220, 65, 29, 31, 30, 67, 41, 53, // 190
	49, 50, 43, 42, 51, 52, 44, 45, 54, 55, // 200
	48, 46, 47, 187, 12, 11, 25, 248, 249, 250, // 210
	56, 59, 9, 221, 167, 168, 10, 26, 149, 150, // 220
	151, 152, 27, 28, 216, 237, 239, 238, 256, 279, // 230
	297, 298, 288, 299, noHost, noHost, noHost, noHost, noHost, noHost, // 240
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 250
	61, 302, 300, 301, 303, 304, 305, 306, 308, 307, // 260
	310, 311, 312, 313, 314, 315, 316, 317, 318, 319, // 270
	321, 322, 323, 324, 325, 326, 327, 328, 329, 330, // 280
	331, 332, 333, 334, 320, noHost, noHost, noHost, noHost, noHost, // 290
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 300
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 310
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 320
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 330
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 340
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 350
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 360
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 370
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 380
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 390
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 400
	noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, noHost, // 410
	noHost, noHost, noHost, noHost, 424, 425, 426, 427, 428, 429, // 420
	430, 431, 432, 433, 434, 435, 436, 437, 438, 439, // 430
	440, 441, 442, 443, 444, 445, 446, 447, 448, 449, // 440
	450, 451, 452, 453, 454, 455, 456, 457, 458, 459, // 450
	460, 461, 462, 463, 464, 465, 466, 467, 468, 469, // 460
	470, 471, // 470
}

const noHost = 0xFFFF // the kernel answers ENOSYS

// hostNr is the host's number of an arm64 system call.
func hostNr(guest uint64) uintptr { return uintptr(hostNumbers[guest]) }

// hostLargefile is O_LARGEFILE, which the kernel sets on all files.
const hostLargefile = 0x8000
