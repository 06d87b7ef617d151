// The shape of a product C[M,N] = A[M,K] · B[K,N], and its sizes in blocks of 4, as it is stored.

override M: u32;
override N: u32;
override K: u32;
override M4 = (M + 3u) / 4u;
override N4 = (N + 3u) / 4u;
override K4 = (K + 3u) / 4u;
