// Multiplies matrices of doubles.
#include "start.h"

enum { N = 200 };

static double a[N][N], b[N][N], c[N][N];

static u64 work(void) {
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			a[i][j] = (i + j) * 0.125;
			b[i][j] = (i - 2 * j) * 0.25;
		}
	for (int round = 0; round < 80; round++)
		for (int i = 0; i < N; i++)
			for (int k = 0; k < N; k++)
				for (int j = 0; j < N; j++)
					c[i][j] += a[i][k] * b[k][j];
	double trace = 0;
	for (int i = 0; i < N; i++)
		trace += c[i][i];
	return (u64)(long)trace;
}
