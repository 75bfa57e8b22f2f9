// Offers the names that drugs go by, under a plain text field: an editable combobox after the ARIA Authoring
// Practices. What is typed counts, whether or not a name is chosen.

import { NAMES } from './addresses.js'
import { element } from './elements.js'

const FEWEST = 2
const MOST = 6
let names

/** The names, asked for once when somebody comes to the field: [as people write it, the substance]. */
function knownNames () {
  names ??= fetch(NAMES).then(answer => answer.json()).then(all => all.flatMap(
    ([substance, ...others]) => [substance, ...others].map(written => ({ written, substance, folded: folded(written) }))
  )).catch(() => { names = undefined; return [] })
  return names
}

const folded = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()

/** The names that begin so, then those with a later word that does; each substance's shortest name first. */
export function matching (all, text) {
  const start = folded(text)
  if (start.length < FEWEST) return []
  const rank = one => one.folded.startsWith(start) ? 0 : one.folded.includes(` ${start}`) ? 1 : 2
  return all
    .filter(one => rank(one) < 2)
    .sort((a, b) => rank(a) - rank(b) || a.folded.length - b.folded.length || (a.folded < b.folded ? -1 : 1))
    .filter((one, place, sorted) => sorted.findIndex(other => other.substance === one.substance) === place)
    .slice(0, MOST)
}

/** Offer names under this field. */
export function offerNames (field) {
  const list = element('ul', { class: 'ldis-suggests__list', id: `${field.id}-names`, role: 'listbox', 'aria-label': 'Names', hidden: '' })
  const status = element('div', { class: 'govuk-visually-hidden', role: 'status' })
  const around = element('div', { class: 'ldis-suggests' })
  field.replaceWith(around)
  around.append(field, list, status)
  for (const [name, value] of Object.entries({
    role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id
  })) field.setAttribute(name, value)
  new Offer(field, list, status).listen()
}

class Offer {
  constructor (field, list, status) {
    Object.assign(this, { field, list, status, active: -1 })
  }

  listen () {
    this.field.addEventListener('focus', knownNames)
    this.field.addEventListener('input', () => this.show())
    this.field.addEventListener('blur', () => this.close())
    this.field.addEventListener('keydown', event => this.press(event))
    this.list.addEventListener('pointerdown', event => event.preventDefault()) // the field keeps the focus
    this.list.addEventListener('click', event => {
      const option = event.target.closest('[role=option]')
      if (option) this.choose(option)
    })
  }

  async show () {
    const typed = this.field.value
    const found = matching(await knownNames(), typed)
    if (document.activeElement !== this.field || this.field.value !== typed) return
    if (!found.length) return this.close()
    this.list.replaceChildren(...found.map((one, place) => this.option(one, place)))
    this.activate(-1)
    this.list.hidden = false
    this.field.setAttribute('aria-expanded', 'true')
    this.status.textContent = `${found.length === 1 ? '1 name' : `${found.length} names`} below. Use the up and down arrows, or go on writing.`
  }

  option ({ written, substance }, place) {
    const means = written === substance ? [] : [` - ${substance}`]
    const attributes = { role: 'option', id: `${this.list.id}-${place}`, 'aria-selected': 'false', 'data-written': written }
    return element('li', attributes, element('strong', {}, written), ...means)
  }

  press (event) {
    if (this.list.hidden) return
    const count = this.list.children.length
    if (event.key === 'ArrowDown') this.activate((this.active + 1) % count)
    else if (event.key === 'ArrowUp') this.activate((Math.max(this.active, 0) - 1 + count) % count)
    else if (event.key === 'Enter' && this.active >= 0) this.choose(this.list.children[this.active])
    else if (event.key === 'Escape') this.close()
    else return
    event.preventDefault()
  }

  activate (place) {
    this.active = place
    for (const [each, option] of [...this.list.children].entries()) option.setAttribute('aria-selected', String(each === place))
    const option = this.list.children[place]
    if (option) this.field.setAttribute('aria-activedescendant', option.id)
    else this.field.removeAttribute('aria-activedescendant')
  }

  choose (option) {
    this.field.value = option.dataset.written
    this.close()
    this.field.dispatchEvent(new Event('change', { bubbles: true }))
  }

  close () {
    this.list.hidden = true
    this.activate(-1)
    this.field.setAttribute('aria-expanded', 'false')
    this.status.textContent = ''
  }
}
