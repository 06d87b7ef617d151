/** One of the four published files. Sums are SHA-256 in lower-case hexadecimal, sizes in bytes. */
export interface FashionMnistFile {
  /** Name without `.gz`. */
  readonly name: string;
  /** Name as published, with `.gz`. */
  readonly gzName: string;
  /** Sizes that stand in its header: images, rows, columns; or labels. */
  readonly dims: readonly number[];
  /** Unpacked. */
  readonly size: number;
  /** Packed. */
  readonly gzSize: number;
  /** Of the unpacked file. */
  readonly sha256: string;
  /** Of the packed file. */
  readonly gzSha256: string;
}

/** The name of the data set, which only the published images and labels are given. */
export const FASHION_MNIST = 'Fashion-MNIST';

/** What each of the ten labels means. */
export const FASHION_MNIST_CLASSES: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/** Mean of all training pixels divided by 255. */
export const FASHION_MNIST_MEAN = 0.286;

/** Standard deviation of all training pixels divided by 255. */
export const FASHION_MNIST_DEVIATION = 0.353;

const TRAIN_IMAGES: FashionMnistFile = {
  name: 'train-images-idx3-ubyte',
  gzName: 'train-images-idx3-ubyte.gz',
  dims: [60_000, 28, 28],
  size: 47_040_016,
  gzSize: 26_421_880,
  sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  gzSha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
};

const TRAIN_LABELS: FashionMnistFile = {
  name: 'train-labels-idx1-ubyte',
  gzName: 'train-labels-idx1-ubyte.gz',
  dims: [60_000],
  size: 60_008,
  gzSize: 29_515,
  sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  gzSha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
};

const TEST_IMAGES: FashionMnistFile = {
  name: 't10k-images-idx3-ubyte',
  gzName: 't10k-images-idx3-ubyte.gz',
  dims: [10_000, 28, 28],
  size: 7_840_016,
  gzSize: 4_422_102,
  sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  gzSha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
};

const TEST_LABELS: FashionMnistFile = {
  name: 't10k-labels-idx1-ubyte',
  gzName: 't10k-labels-idx1-ubyte.gz',
  dims: [10_000],
  size: 10_008,
  gzSize: 5_148,
  sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  gzSha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
};

/** The four published files: training images and labels, test images and labels. */
export const FASHION_MNIST_FILES: readonly FashionMnistFile[] = [
  TRAIN_IMAGES,
  TRAIN_LABELS,
  TEST_IMAGES,
  TEST_LABELS,
];

/**
 * Where the packed files can be fetched, best first; a file's `gzName` goes after the last slash.
 * The address in the data set's README is plain HTTP, so the same files are taken over HTTPS: from
 * its repository, and from the bucket behind that address.
 */
export const FASHION_MNIST_URLS: readonly string[] = [
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  'https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
];
