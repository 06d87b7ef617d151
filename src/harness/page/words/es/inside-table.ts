/** Spanish texts of what a network makes of the rows of a table. */
export const insideTable = {
  '{name} {value} is far outside of {least} to {most}, which the network learned from.':
    '{name} {value} queda muy lejos de lo que aprendió la red: de {least} a {most}.',
  'So are {columns} more.': 'También otras: {columns}.',
  'Predicted and true': 'Predicho y real',
  'Each point is a held-out row. On the dashed line, the prediction is true. Point at a row, or choose one with the arrow keys; a click or Enter takes it to “Try a row”.':
    'Cada punto es una fila reservada. En la línea discontinua, la predicción es exacta. Señala una fila o elígela con las flechas; un clic o Intro la lleva a «Probar una fila».',
  'Predict again': 'Predecir otra vez',
  'Predicting…': 'Prediciendo…',
  Errors: 'Errores',
  'In the units of the column that is learned. R² is 1 if all predictions are true, and 0 if they are no better than the mean of the held-out rows.':
    'En las unidades de la columna que se aprende. R² es 1 si todas las predicciones son exactas, y 0 si no son mejores que la media de las filas reservadas.',
  'Held-out rows': 'Filas reservadas',
  'What the network has not learned from. Click the number of a row to take it to “Try a row”.':
    'De ellas la red no ha aprendido. Haz clic en el número de una fila para llevarla a «Probar una fila».',
  'This network': 'Esta red',
  'Always the mean, {mean}': 'Siempre la media, {mean}',
  'Mean absolute error': 'Error absoluto medio',
  'Root mean squared error': 'Raíz del error cuadrático medio',

  'Predicted against true values': 'Valores predichos frente a los reales',
  '{count} rows: the stronger the blue, the more of them.':
    '{count} filas: cuanto más intenso el azul, más hay.',
  'Of {count} rows, the prediction is no number.':
    'De {count} filas, la predicción no es un número.',
  'Predicted against true values of {column} for {count} rows. Left and right go on by the true value, up and down by the error. The rows are a table below.':
    'Valores predichos de {column} frente a los reales en {count} filas. Izquierda y derecha avanzan por el valor real; arriba y abajo, por el error. Las filas están en una tabla más abajo.',
  'Row {row}: true {truth}, predicted {predicted}, error {error}':
    'Fila {row}: real {truth}, predicho {predicted}, error {error}',
  '{column}: true': '{column}: real',
  '{column}: predicted': '{column}: predicho',

  'As a table': 'Como tabla',
  'Errors of {count} rows, from {least} to {largest}. The same as a table below.':
    'Errores de {count} filas, de {least} a {largest}. Lo mismo, como tabla, más abajo.',
  'error: predicted − true': 'error: predicho − real',
  'Error from': 'Error desde',
  to: 'hasta',
  Rows: 'Filas',

  'the largest errors first': 'primero los mayores errores',
  'all, in the table’s order': 'todas, en el orden de la tabla',
  'Previous rows': 'Filas anteriores',
  'Next rows': 'Filas siguientes',
  'The table has {count} more columns.': 'La tabla tiene {count} columnas más.',
  Row: 'Fila',
  True: 'Real',
  Predicted: 'Predicho',
  Error: 'Error',
  'Take row {row} to “Try a row”': 'Llevar la fila {row} a «Probar una fila»',

  'Try a row': 'Probar una fila',
  'Read as {number}, since the table has decimal commas.':
    'Se lee como {number}, porque la tabla tiene comas decimales.',
  'What the network says of a row that you type: it answers as you change a value.':
    'Lo que dice la red de una fila que escribes: responde cuando cambias un valor.',
  'Another row': 'Otra fila',
  'Changed from row {row}, which is held out.':
    'Con cambios respecto a la fila {row}, que está reservada.',
  'Changed from row {row}, which is held out; {count} columns have no field.':
    'Con cambios respecto a la fila {row}, que está reservada; {count} columnas no tienen campo.',
  'The values are those of row {row}, which is held out.':
    'Los valores son los de la fila {row}, que está reservada.',
  'The values are those of row {row}, which is held out; {count} columns have no field.':
    'Los valores son los de la fila {row}, que está reservada; {count} columnas no tienen campo.',
  'The table says {truth}.': 'La tabla dice {truth}.',
  'The table says {truth}: the error is {error}.': 'La tabla dice {truth}: el error es {error}.',
  '(none)': '(ninguno)',
  '“{given}” is no number. Give one such as {example}, or nothing for the mean.':
    '«{given}» no es un número. Escribe uno como {example}, o nada para la media.',

  'Which columns matter': 'Qué columnas importan',
  'The values of one column change places among the held-out rows: the more the error grows, the more the network relies on that column. Of two columns that say the same, each may look as if it did not matter.':
    'Los valores de una columna cambian de sitio entre las filas reservadas: cuanto más crece el error, más se apoya la red en esa columna. De dos columnas que dicen lo mismo, cada una puede parecer que no importa.',
  'Find out': 'Averiguarlo',
  'It ended with the panel.': 'Terminó al cerrar el panel.',
  '{done} of {count} columns': '{done} de {count} columnas',
  'The network is another one now. Look again.': 'Ahora la red es otra. Mira de nuevo.',
  '{rows} of the held-out rows': '{rows} de las filas reservadas',
  'the {rows} held-out rows': 'las {rows} filas reservadas',
  'Added to the share of {rows} that are wrong, {error}, in percentage points: mean and standard deviation of {repeats} orders.':
    'Lo que se suma a la parte errónea de {rows}, {error}, en puntos porcentuales: media y desviación típica de {repeats} órdenes.',
  'Added to the root mean squared error of {rows}, {error}: mean and standard deviation of {repeats} orders.':
    'Lo que se suma a la raíz del error cuadrático medio de {rows}, {error}: media y desviación típica de {repeats} órdenes.',
  '{count} more columns matter less.': 'Otras {count} columnas importan menos.',
} as const;
