// Details that could identify somebody, found in free text: the same patterns as alerts/identifying.py. A table of
// examples (tests/data/identifying.json) is read by the tests of both. No pattern looks behind: older phones cannot.

const PATTERNS = [
  ['e-mail address', /(^|[^\p{L}\p{N}_.+%-])([\p{L}\p{N}_.+%-]+@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+)/gu],
  ['date of birth', /(^|[^\p{L}\p{N}_])((?:d\.?o\.?b\.?|date of birth|born(?: on)?)[\s:]*\d{1,2}(?:st|nd|rd|th)?[\s/.-]+[\p{L}\p{N}_]+[\s/.-]+\d{2,4}(?![\p{L}\p{N}_]))/giu],
  ['NHS number', /(^|[^\d+])(\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)/g, isNhsNumber],
  ['phone number', /(^|[^\w+])((?:\+44|0044|0)[\d ()-]{8,15}\d)(?!\d)/g, hasEnoughDigits],
  ['National Insurance number', /(^|[^\p{L}\p{N}_])((?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D])(?![\p{L}\p{N}_])/giu],
  ['full postcode', /(^|[^\p{L}\p{N}_])([A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})(?![\p{L}\p{N}_])/giu]
]

/** Every identifying detail in a text, in order; where two readings overlap, the earlier pattern counts. */
export function findDetails (text) {
  const found = []
  for (const [kind, pattern, accept = () => true] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index + match[1].length
      const end = start + match[2].length
      const overlaps = found.some(other => start < other.end && other.start < end)
      if (accept(match[2]) && !overlaps) found.push({ kind, text: match[2], start, end })
    }
  }
  return found.sort((a, b) => a.start - b.start)
}

const digitsOf = text => [...text].filter(sign => sign >= '0' && sign <= '9').map(Number)

function isNhsNumber (text) {
  const digits = digitsOf(text)
  const sum = digits.slice(0, 9).reduce((total, digit, place) => total + digit * (10 - place), 0)
  return (11 - sum % 11) % 11 === digits[9]
}

function hasEnoughDigits (text) {
  const count = digitsOf(text).length
  return count >= 10 && count <= 13
}
