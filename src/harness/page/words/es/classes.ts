/** Spanish names of Fashion-MNIST's classes. */
export const classes = {
  'T-shirt/top': 'Camiseta',
  Trouser: 'Pantalón',
  Pullover: 'Suéter',
  Dress: 'Vestido',
  Coat: 'Abrigo',
  Sandal: 'Sandalia',
  Shirt: 'Camisa',
  Sneaker: 'Zapatilla',
  Bag: 'Bolso',
  'Ankle boot': 'Botín',
} as const;
