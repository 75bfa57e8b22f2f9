// Draws a part of the page anew while it is looked at. Without scripts a link on the page does.

/** Fetch the page again every so many seconds, and put what it says in the place of this part. */
export function keepFresh (part) {
  setInterval(async () => {
    if (document.hidden || part.contains(document.activeElement)) return // nobody looks, or somebody is in it
    const fresh = await again(part.id)
    if (fresh) part.replaceChildren(...fresh.childNodes)
  }, Number(part.dataset.staysFresh) * 1000)
}

async function again (id) {
  try {
    const answer = await fetch(location.href)
    if (!answer.ok || answer.redirected) return null
    return new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(id)
  } catch {
    return null // no signal: what is shown says as at when
  }
}
