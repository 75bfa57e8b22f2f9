// j and k move between the rows of a list of work; Enter opens the row, as it does with any link. A single letter
// may be in the way of whoever speaks to the machine, so that it can be turned off.

import { element, quietButton } from './elements.js'

const OFF = 'ldis-no-letters'
const STEPS = { j: 1, k: -1 }

/** Look after the rows of this page, if it has any. */
export function moveBetweenRows () {
  const first = document.querySelector('main .ldis-rows')
  if (!first) return
  const line = element('p', { class: 'govuk-hint ldis-letters' })
  const say = () => line.replaceChildren(...(isOff()
    ? ['Keyboard: j and k are off. ', quietButton('Turn them on', () => turn(false, say))]
    : ['Keyboard: j and k move between the rows, Enter opens one. ', quietButton('Turn them off', () => turn(true, say))]))
  say()
  document.querySelector('main h1')?.after(line)
  document.addEventListener('keydown', move)
}

const isOff = () => localStorage.getItem(OFF) !== null

function turn (off, say) {
  off ? localStorage.setItem(OFF, 'yes') : localStorage.removeItem(OFF)
  say()
}

function move (event) {
  const step = STEPS[event.key]
  if (!step || event.ctrlKey || event.metaKey || event.altKey || isOff() || isTyping(event.target)) return
  const links = [...document.querySelectorAll('main .ldis-rows__title')].filter(one => one.offsetParent)
  const here = links.findIndex(one => one.closest('.ldis-rows__row').contains(document.activeElement))
  const next = links[here < 0 ? 0 : here + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

const isTyping = target => target.closest('input, textarea, select, [contenteditable]') !== null
