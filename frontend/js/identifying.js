// Details that could identify somebody, found in free text: the same patterns as alerts/identifying.py, in its order. A
// table of examples (tests/data/identifying.json) is read by the tests of both. No pattern looks behind, since older
// phones cannot: what may not stand before a detail is in `before`, one sign that is looked at and left out.

const WORD = '\\p{L}\\p{N}_'
const END = `(?![${WORD}])`
const AT_A_WORD = `[^${WORD}]`
const AT_AN_ADDRESS = `[^${WORD}.+%-]`
const AT_A_NUMBER = '[^A-Za-z0-9_+]'

const ENDING = `(?:com|org|net|info|uk|co\\.uk|ac\\.uk|org\\.uk|gov\\.uk|nhs\\.uk|nhs\\.net|ie|eu|wales|cymru)${END}`
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*'
const BORN = `(?:d[. ]?o[. ]?b${END}\\.?|(?:date[ \\-]of[ \\-]birth|birth ?date|birthday|dyddiad geni|born|ganwyd|ganed)${END}(?: on(?: the)?| ar)?)`
const DAY = `(?:\\d{1,2}(?:st|nd|rd|th)?(?:[ /.\\-]|of )+(?!(?:minute|hour|day|week|month|year)s?${END})[${WORD}]+[ /.,\\-]+\\d{2,4}|\\d{4}[/.\\-]\\d{1,2}[/.\\-]\\d{1,2}|${MONTH} \\d{1,2}(?:st|nd|rd|th)?,? \\d{2,4}|\\d{6}|\\d{8})`
const AT_SIGN = '(?:@|[(\\[] ?at ?[)\\]])'
const DOT_SIGN = '(?:\\.|[(\\[] ?dot ?[)\\]])'

const PATTERNS = [
  ['e-mail address', AT_AN_ADDRESS, `[${WORD}.+%\\-]+@[${WORD}\\-]+(?:\\.[${WORD}\\-]+)*\\.\\p{L}{2,}`],
  ['e-mail address', AT_AN_ADDRESS, `[${WORD}.+%\\-]+ ?${AT_SIGN} ?[${WORD}\\-]+(?: ?${DOT_SIGN} ?[${WORD}\\-]+)*? ?${DOT_SIGN} ?${ENDING}`],
  ['e-mail address', AT_AN_ADDRESS, `[${WORD}.+%\\-]+ at [${WORD}\\-]+(?: dot [${WORD}\\-]+)*? dot ${ENDING}`],
  ['date of birth', AT_A_WORD, `${BORN}(?: is| was)?[\\s:=\\-]*${DAY}${END}`],
  ['NHS number', `${AT_A_NUMBER}|NHS`, '\\d{3}[ .\\-]{0,3}\\d{3}[ .\\-]{0,3}\\d{4}(?!\\w)', isNhsNumber],
  ['NHS number', AT_A_NUMBER, '\\d(?:[ .\\-]\\d){9}(?![ .\\-]?\\w)', isNhsNumber],
  ['phone number', AT_A_NUMBER, '(?:(?:\\+ ?|00[ \\-]?)44[ ._/\\-]{0,2}(?:\\(0\\))?|44(?=[ ._/\\-]{0,2}7)|0(?=[ ()._/\\-]{0,3}[123789]))(?:[ ()._/\\-]{0,3}\\d){9,10}(?!\\w)', isPhone],
  ['National Insurance number', AT_A_WORD, `(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z] ?[A-CEGHJ-NPR-TW-Z](?:[ .\\-]?\\d){6}[ .\\-]?[A-D]${END}`, isNationalInsurance],
  ['full postcode', AT_A_WORD, `[A-Z]{1,2}\\d[A-Z\\d]?[ .\\-]{0,2}\\d[ABD-HJLNP-UW-Z]{2}${END}`, isPostcode],
  ['full postcode', AT_A_WORD, `[A-Z]{1,2}\\d[A-Z\\d]?[ .\\-]{1,2}\\d[ .\\-][ABD-HJLNP-UW-Z]{2}${END}`, isSpacedPostcode],
  ['full postcode', AT_A_WORD, `[A-Z](?: [A-Z])? \\d(?: [A-Z\\d])? {1,3}\\d(?: [ABD-HJLNP-UW-Z]){2}${END}`, isSpacedPostcode]
].map(([kind, before, detail, accept = () => true]) =>
  [kind, new RegExp(`(^|${before})(${detail})`, 'gimu'), accept])

const BATCH = /(?:^|[^A-Za-z0-9_])(?:batch|lot|serial)(?: ?(?:no|nr|num|number|code))?[.:# ]*$/i
const LONGEST_LABEL = 24
const DAY_AND_TIME = /^\d{1,2}([./-])\d{1,2}\1(?:\d{2}|\d{4})[ -]{1,3}\d{2}[ .-]?(?:\d{2})?$/
const DOSE = /^0\.\d{1,3}(?![\d.])/
const WORDS = ['am', 'an', 'as', 'at', 'be', 'by', 'he', 'me', 'my', 'on', 'or', 'up', 'us', 'we']
const AFTER_A_NUMBER = ['st', 'nd', 'rd', 'th', 'ft', 'gr', 'hr', 'pt', 'ug']

/** Every identifying detail in a text, in order; where two readings overlap, the earlier pattern counts. */
export function findDetails (text) {
  const found = []
  const plain = plainly(text)
  for (const [kind, pattern, accept] of PATTERNS) {
    for (const match of plain.matchAll(pattern)) {
      const start = match.index + match[1].length
      const end = start + match[2].length
      const overlaps = found.some(other => start < other.end && other.start < end)
      if (!overlaps && accept(match[2], plain.slice(Math.max(0, start - LONGEST_LABEL), start))) {
        found.push({ kind, text: text.slice(start, end), start, end })
      }
    }
  }
  return found.sort((a, b) => a.start - b.start)
}

/** The text sign for sign, with full-width digits, hidden spaces and long dashes as plain ones. */
function plainly (text) {
  return text
    .replace(/[\uff10-\uff19]/g, digit => String(digit.charCodeAt(0) - 0xff10))
    .replace(/[\u00a0\u2009\u202f\u200b\u200c\u200d\u2060]/g, ' ')
    .replace(/[\u2010-\u2014\u2212]/g, '-')
}

/** Ten digits with a right check digit (modulus 11), which no label calls a batch. */
function isNhsNumber (detail, before) {
  const digits = [...detail].filter(sign => sign >= '0' && sign <= '9').map(Number)
  const sum = digits.slice(0, 9).reduce((total, digit, place) => total + digit * (10 - place), 0)
  return digits.length === 10 && (11 - sum % 11) % 11 === digits[9] && isNoBatch(detail, before)
}

/** A batch number identifies a packet, and says what it is. */
function isNoBatch (_detail, before) {
  return !BATCH.test(before)
}

/** Neither a day with its year or a time nor a row of doses. */
function isPhone (detail, before) {
  return !/\d[./-]$/.test(before) && !DAY_AND_TIME.test(detail) && !DOSE.test(detail) && isNoBatch(detail, before)
}

/** Its letters are no word of a sentence, as in “at 10 20 30 a day”. */
function isNationalInsurance (detail, before) {
  return !WORDS.includes(detail.split(' ')[0]) && isNoBatch(detail, before)
}

/** In small letters “b12 3ug” is a dose, and “M30 2nd” counts. */
function isPostcode (detail, before) {
  return !AFTER_A_NUMBER.includes(detail.slice(-2)) && isNoBatch(detail, before)
}

/** Spread out it is known by its capitals; “M30 2 AT” begins a sentence. */
function isSpacedPostcode (detail, before) {
  const capitals = detail === detail.toUpperCase()
  return capitals && !WORDS.includes(detail.slice(-2).toLowerCase()) && isNoBatch(detail, before)
}
