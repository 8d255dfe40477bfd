import { BESIDE_BOTH, COUNTED, CREATION, type Difference, placeIn } from './udf-differences.js';

/** genisoimage 1.1.11: a bridge of UDF 1.02. */
export const BESIDE_GENISOIMAGE: readonly Difference[] = [
  ...BESIDE_BOTH,
  {
    fields: 'partition descriptor of the *: start',
    why: `${placeIn('3/10.5')}; ours begins with an ECC block`,
  },
  {
    fields: '*: sequence number',
    why: 'any number will do that is larger in what replaces it (3/8.4.3)',
  },
  {
    fields: '* sequence: order',
    why: 'descriptors are known by their tags (3/7.2.1), wherever in the sequence',
  },
  {
    fields: 'reserve sequence: what it says is that of the main one',
    why: 'a fault of genisoimage 1.1.11: both are to be equivalent (3/8.4.2.2)',
  },
  {
    fields: 'primary volume descriptor of the *: volume set identifier',
    why: 'its first sixteen characters are unique (2.2.2.5)',
  },
  {
    fields: 'primary volume descriptor of the *: flags',
    why: 'ours is the only volume of its set, which its identifier is common to (3/10.1.21)',
  },
  { fields: '*: domain', why: 'theirs is protected from writing by flags (2.1.5.3)' },
  {
    fields: 'logical volume descriptor of the *: file set',
    why: 'theirs counts the terminating descriptor, too (4/3.1)',
  },
  {
    fields: 'logical volume descriptor of the *: length of the integrity sequence',
    why: 'ours has the 8 KiB of media that are written again (2.2.4.6)',
  },
  {
    fields: 'partition descriptor of the *: contents',
    why: 'its flags are 0 (2.1.5.2), theirs are 2',
  },
  {
    fields: 'implementation use volume descriptor of the *: identifier',
    why: 'ours names the system in the suffix (2.1.5.3), theirs none',
  },
  {
    fields: 'entry of *: flags',
    why: 'theirs calls all archived, contiguous and not to be moved (4/14.6.8)',
  },
  { fields: 'entry of *: owner', why: 'that of the source; theirs none (3.3.3.1)' },
  { fields: 'entry of *: permissions', why: 'those of the source; theirs without those to write (4/14.9.5)' },
  { fields: 'entry of *: length of attributes', why: CREATION },
  { fields: 'entry of *: attributes', why: CREATION },
  { fields: 'entry of *: length of the CRC', why: COUNTED },
  { fields: 'name of *: place of the ICB', why: placeIn('4/14.4') },
  {
    fields: 'name of *: use of the ICB',
    why: 'theirs has the unique id, which UDF 2.00 put there (2.00 2.3.4.3)',
  },
  { fields: 'entry of *: unique id', why: 'theirs follow the addresses, ours begin with 16 (3.2.1.1)' },
  { fields: 'integrity descriptor: next unique id', why: 'see the unique ids' },
];
