/**
 * The navigation is made by TypeDoc's own script, with links inside of the buttons that open a part. Such a
 * link cannot be reached by keys: it becomes the first entry of its part.
 */
function takeOut(link) {
  const list = link.closest('details')?.querySelector('ul');
  if (!list) return;
  const label = document.createElement('span');
  label.append(...link.cloneNode(true).childNodes);
  link.replaceWith(label);
  const item = document.createElement('li');
  link.replaceChildren('Overview');
  item.append(link);
  list.prepend(item);
}

const menu = document.querySelector('.site-menu');
const mend = () => {
  for (const link of menu.querySelectorAll('summary a')) takeOut(link);
};
if (menu) {
  new MutationObserver(mend).observe(menu, { childList: true, subtree: true });
  mend();
}
