/** Spanish texts of what a trained model is used with. */
export const use = {
  'Use this model': 'Usar este modelo',
  'Use {run}': 'Usar {run}',
  'gradweave in a page': 'gradweave en una página',
  'gradweave in Node': 'gradweave en Node',
  'ONNX Runtime in a page': 'ONNX Runtime en una página',
  'ONNX Runtime in Python': 'ONNX Runtime en Python',
  'PyTorch has no module for some of its layers. ONNX has operators for all of them.':
    'PyTorch no tiene un módulo para algunas de sus capas. ONNX tiene operadores para todas.',
  'Copied.': 'Copiado.',
  'The browser does not allow copying. Select the text instead.':
    'El navegador no permite copiar. Selecciona el texto.',
  'Saved as {file}.': 'Guardado como {file}.',
  'The model file has the layers, the weights, how images are prepared, and the names of the classes.':
    'El archivo del modelo tiene las capas, los pesos, cómo se preparan las imágenes y los nombres de las clases.',
  'The model file has the layers, the weights of epoch {epoch}, how images are prepared, and the names of the classes.':
    'El archivo del modelo tiene las capas, los pesos de la época {epoch}, cómo se preparan las imágenes y los nombres de las clases.',
  'Save the model file': 'Guardar el archivo del modelo',
  'Save as ONNX': 'Guardar como ONNX',
  'Program for': 'Programa para',
  Copy: 'Copiar',
} as const;
