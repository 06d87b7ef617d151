import { linear, relu, Sequential } from 'gradweave';
import { Training } from './training';

/** On the server, where there is no WebGPU. */
export default function Page() {
  const { named } = new Sequential([784], [linear(784, 16), relu(), linear(16, 10)]);
  return (
    <main>
      <p id="server">{named.length} parameters</p>
      <Training />
    </main>
  );
}
