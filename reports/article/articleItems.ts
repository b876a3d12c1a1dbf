import type { ArticleItem } from './ArticleItem.ts';

/** What the article on DeepFocus (Schubert, Saxena, Kornfeld) reports, in the order of its figures. `–`: it gives no number. */
export const articleItems: readonly ArticleItem[] = [
  {
    id: 'figure-2',
    name: 'Figure 2a to 2d',
    subject: 'far from focus at two doses',
    suite: 'figure-2',
    measure: { kind: 'loop', after: [3] },
    reported: [
      ['DeepFocus, 5 × 512 px', 'Merlin, tissue, 200 ns', '1', 'yes', '–', '–'],
      ['DeepFocus, 5 × 512 px', 'Merlin, tissue, 50 ns', '1', 'yes', '–', '–'],
    ],
    conclusion:
      'From (30 µm, 6, −6) the network comes within the margins in three iterations, at 19 and at 5 electrons per nm².',
    differences: 'Nine places instead of one.',
  },
  {
    id: 'figure-2e',
    name: 'Figure 2e, supplementary figure 3',
    subject: 'one correction from known offsets',
    suite: 'figure-2e',
    measure: { kind: 'line' },
    reported: [
      [
        'DeepFocus, 5 × 512 px',
        'Merlin, tissue, 200 ns',
        '90',
        '0.909 ± 0.006 (SD)',
        '0.34 ± 0.06 µm (SD)',
      ],
    ],
    conclusion:
      'Corrections are proportional to the offset, nine per cent too small; the stigmators are left alone.',
    differences: 'None known.',
  },
  {
    id: 'figure-2f',
    name: 'Figure 2f',
    subject: 'computing time',
    suite: 'timing',
    measure: { kind: 'time' },
    reported: [
      ['DeepFocus, 512 px', 'Xeon E5-2609 v2', '10', '240 ± 11', '–'],
      ['DeepFocus, 512 px', 'T1000 graphics card', '10', '32 ± 4', '–'],
      ['MAPFoSt, 512 px', 'Xeon E5-2609 v2', '10', '897 ± 24', '–'],
      ['MAPFoSt, 768 px', 'Xeon E5-2609 v2', '10', '1673 ± 18', '–'],
    ],
    conclusion: 'The network adds little to the time of the frames.',
    differences:
      'Another processor. Ours is the machine that made this page, and no graphics card.',
  },
  {
    id: 'figure-3',
    name: 'Figure 3a, 3b, 3d to 3h',
    subject: 'a vessel in the field',
    suite: 'vessel',
    measure: { kind: 'loop', after: [3] },
    reported: [
      ['DeepFocus, 10 × 512 px', 'Merlin, tissue with a vessel, 200 ns', '1', 'no', '–', '–'],
      [
        'DeepFocus with patch scores, 10 × 384 px',
        'Merlin, tissue with a vessel, 200 ns',
        '1',
        'yes',
        '–',
        '–',
      ],
      [
        'DeepFocus with pixel scores, 2 × 384 px',
        'Merlin, tissue with a vessel, 50 ns',
        '1',
        'yes',
        '–',
        '–',
      ],
    ],
    conclusion: 'Scores that weigh the patches, or every pixel, mend what blank resin spoils.',
    differences:
      'Starts of figure 5, and the network without scores on patches of 384 px. The network with a score of every pixel has one for every 16th, and goes down by the layers of the others.',
  },
  {
    id: 'figure-4',
    name: 'Figure 4',
    subject: 'another specimen, another instrument',
    suite: 'transfer',
    measure: { kind: 'loop', after: [3] },
    reported: [
      ['DeepFocus, 10 × 384 px', 'setup A, tin, 100 ns', '1', 'yes', '–', '–'],
      ['DeepFocus, 10 × 384 px', 'setup B', '1', 'diverges', '–', '–'],
      ['DeepFocus, recalibrated', 'setup B', '1', 'yes', '–', '–'],
    ],
    conclusion:
      'A new specimen needs nothing; an instrument with a rotated scan needs a recalibration of less than two hours.',
    differences:
      'Setup B is the preset ultraplus: 1.2 kV, 0.6 nA, scan rotated by 90 degrees. The recalibrated network is the one that semfocus recalibrate made on another simulated specimen.',
  },
  {
    id: 'figure-5',
    name: 'Figure 5, supplementary figure 6',
    subject: 'nine trajectories beside MAPFoSt',
    suite: 'figure-5',
    measure: { kind: 'loop', after: [2, 6] },
    reported: [
      [
        'DeepFocus with patch scores, 10 × 384 px',
        'Merlin, tissue, 50 ns',
        '9',
        '–',
        '0.34 ± 0.30',
        '–',
        '–',
        '–',
        '–',
      ],
      [
        'MAPFoSt, 4 × 768 px',
        'Merlin, tissue, 200 ns',
        '9',
        '–',
        '–',
        '–',
        '–',
        '0.50 ± 0.21',
        '–',
      ],
    ],
    conclusion: 'DeepFocus needs two iterations at a quarter of the dose where MAPFoSt needs six.',
    differences:
      'Residuals from the simulated truth, not from the other method’s focus. mapfost is our own; mapfost-published is the configuration of the package that the article used.',
  },
  {
    id: 'figure-s2',
    name: 'Supplementary figure 2',
    subject: 'patch side, number and alignment',
    suite: 'patches',
    measure: { kind: 'loop', after: [3] },
    reported: [
      ['DeepFocus, 384 and 512 px', 'Merlin, tissue', '–', '“accurate”', '–', '–'],
      ['DeepFocus, 128 px', 'Merlin, tissue', '–', '“works”', '–', '–'],
      ['DeepFocus, independent offsets', 'Merlin, tissue', '–', '“performs well”', '–', '–'],
    ],
    conclusion: 'Small patches work, and the two frames need no alignment.',
    differences: 'None known.',
  },
  {
    id: 'figure-s5',
    name: 'Supplementary figure 5',
    subject: 'DeepScore with a simplex search',
    suite: 'simplex',
    measure: { kind: 'search' },
    reported: [['DeepScore', 'Merlin, tissue', '1', 'yes', '–', '–']],
    conclusion: 'A search on scores of single frames converges, slower, on any instrument.',
    differences: 'Nine places instead of one; a search on sharpness beside it.',
  },
  {
    id: 'table-1',
    name: 'Table 1, supplementary tables 2 to 6',
    subject: 'networks side by side',
    suite: 'architectures',
    measure: { kind: 'error' },
    reported: [
      [
        'EfficientNet-B0, pretrained',
        'tissue and tin',
        '–',
        'below that of the article’s own layers',
        '–',
        '–',
      ],
    ],
    conclusion:
      'A pretrained EfficientNet-B0 has the smallest errors on every set, at a lower throughput.',
    differences:
      'Our networks alone. EfficientNet-B0 and ResNet-50 are not there: they start from weights of photographs, and take a graphics card to train.',
  },
];

/** What the article shows and no suite repeats, and why. */
export const notRepeated: readonly (readonly [string, string])[] = [
  ['Figure 1', 'an illustration; the gallery shows the same series of frames'],
  ['Supplementary figure 1', 'the aberrations in training: the card of each network lists them'],
  ['Supplementary figure 4', 'a drawing of the layers'],
  ['Supplementary figure 8', 'SSIM and squared error of frames are not kept in records'],
];
