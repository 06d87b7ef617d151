/** A text to begin with, for pages on which the user gives none: short fables, written for this purpose. */
export const BUILT_IN_TEXT = {
  name: 'built-in fables',
  text: `The Fox and the Well

A fox was thirsty, and the day was hot. He came to a well, and in the well he saw the moon. "There is a cheese in the water," said the fox, "and I will eat it before the wolf comes." He sat down in one of the two buckets, and the bucket went down, and the fox went down with it. The water was cold, and the cheese was only light.

After a while the wolf came to the well and looked down. "What are you doing there, my friend?" said the wolf. "I am eating a cheese," said the fox, "and there is enough of it for two. Sit down in the other bucket and come to me." The wolf sat down in the other bucket. He was heavy, so he went down, and the fox was light, so he went up. "Where are you going?" said the wolf when they met. "So it goes in the world," said the fox. "One goes up, and the other goes down."

The Crow and the Snow

A crow sat on a branch in the winter, and the snow fell on the branch and on the crow. "Why do you fall on me?" said the crow. "I fall on everything," said the snow. "I fall on the hill and on the house, on the road and on the river." "The river does not let you stay," said the crow. "No," said the snow, "the river does not let me stay, and so the river is never white."

The crow thought about it all night. In the morning it shook its wings, and the snow fell from its wings to the ground. "You will not stay with me," said the crow, "and so I am never white." And to this day the crow is black.

The Mouse and the Mill

A mouse lived in a mill, and the mill stood by the river. All day the wheel went round, and all day the corn became flour. "The mill works for me," said the mouse, "for I eat the flour." The cat lived in the mill as well. "The mouse works for me," said the cat, "for it eats the flour and grows fat, and I eat the mouse." The miller lived in the mill as well. "The cat works for me," said the miller, "for it eats the mouse that eats the flour."

The river heard it and went on its way. It had turned the wheel all day, and it said nothing at all.

The Bear and the Honey

A bear found a tree, and in the tree there was honey. "Good morning," said the bear to the bees. "I have come for the honey." "Good morning," said the bees. "The honey is ours, for we made it." "I am big, and you are small," said the bear. "You are one, and we are many," said the bees. The bear put his paw into the tree, and the bees put their stings into the paw.

The bear ran to the river and put his paw into the water. A fish looked out of the water. "What did you learn in the tree?" said the fish. "I learned that honey is sweet," said the bear, "and that the way to it is not."

The Old Man and the Door

An old man lived in a house with a door that would not close. In the summer the wind came in, and in the winter the snow came in. "Why do you not mend the door?" said his neighbour. "When the sun is shining, I do not need it," said the old man, "and when the snow is falling, it is too cold to work."

One night a thief came to the house. He saw that the door was open, and he thought, "There is nothing in a house whose door is open." So he went to the house of the neighbour, whose door was closed, and broke it. In the morning the neighbour came to the old man. "Now your door is broken as well," said the old man. "Shall we mend them both?" And they mended them both before the evening.

The Goat and the Moon

A goat stood on a hill and looked at the moon. "If I stood on the mountain," said the goat, "I could eat the moon." She went up the mountain, and the moon was as far away as before. "If I stood on the tree that stands on the mountain," said the goat, "I could eat the moon." But a goat does not stand on a tree for long. She fell into the grass, and the grass was green and wet and good. So she ate the grass and forgot the moon.

The moon looked down on the goat and on the grass. "If I were on the hill," said the moon, "I could eat the grass."

The Two Frogs

Two frogs lived in a pond, and in the summer the pond became dry. They went to look for water, and they came to a deep well. "Here is water enough," said the first frog. "Let us go down and stay." "And if the well becomes dry as the pond became dry," said the second frog, "how shall we come up again?" The first frog did not listen. He went down into the well and sang, and the song was loud in the well. The second frog went on to the river, and the river never became dry.

In the winter the first frog looked up and saw a small round sky. "I know the whole sky," said the frog in the well, "and it is as big as my house." The frog in the river did not know the whole sky, for he had never seen the end of it.

The Hen and the King

A hen found a corn of gold in the yard and took it to the king. "This is for you," said the hen, "for you like gold, and I like corn." The king took the gold and gave the hen a bag of corn. The next day a fox heard of it and took a stone to the king. "This is for you," said the fox, "for it is as round as a corn of gold." The king took the stone and gave the fox a stone. "This is for you," said the king, "for it is as good as the one you gave me."

The Donkey and the Road

A donkey and his master went along a road in the rain. "This road is long," said the donkey. "It is as long as it was yesterday," said his master. "Yesterday I carried salt," said the donkey, "and when I fell into the river, the salt became water, and the road became short." So he fell into the river again. But this day he carried wool, and the wool drank the water, and the donkey came out of the river with a road that was longer than before.

The Star and the Lamp

A lamp stood in a window and looked at a star. "You are small," said the lamp, "and I am big. I give light to the whole room." The star said nothing. In the night the wind came in at the window and put out the lamp. A man who was far from home looked up in the dark and saw the star, and he found his way by its light. When he came to his house, he took a match and lit the lamp again. "How big you are," he said to the lamp, "when one is near to you."
`,
} as const;
