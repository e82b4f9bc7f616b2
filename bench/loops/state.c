// A state machine over text: branches that depend on data.
#include "start.h"

enum state { BETWEEN, WORD, NUMBER, OTHER };

static u8 text[1 << 16];

static u64 work(void) {
	static const char some[] = "abc 123, x=45; value 6 and 7890 (not 1e5) end\n";
	for (u32 i = 0; i < sizeof text; i++)
		text[i] = some[(i + (i >> 9)) % (sizeof some - 1)];
	u64 words = 0, numbers = 0, others = 0;
	for (int round = 0; round < 4000; round++) {
		enum state s = BETWEEN;
		for (u32 i = 0; i < sizeof text; i++) {
			u8 ch = text[i];
			switch (s) {
			case BETWEEN:
				if (ch >= 'a' && ch <= 'z')
					s = WORD, words++;
				else if (ch >= '0' && ch <= '9')
					s = NUMBER, numbers++;
				else if (ch > ' ')
					s = OTHER;
				break;
			case WORD:
				if (ch == ' ' || ch == '\n')
					s = BETWEEN;
				else if (ch < 'a')
					s = OTHER;
				break;
			case NUMBER:
				if (ch < '0' || ch > '9')
					s = ch > ' ' ? OTHER : BETWEEN;
				break;
			case OTHER:
				others++;
				if (ch <= ' ')
					s = BETWEEN;
			}
		}
	}
	return words ^ numbers << 20 ^ others << 40;
}
