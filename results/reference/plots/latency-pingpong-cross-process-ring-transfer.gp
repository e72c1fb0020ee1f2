# Median round trip, pingpong, cross, process: ring and transfer
# Drawn from latency-pingpong-cross-process-ring-transfer.dat; "gnuplot latency-pingpong-cross-process-ring-transfer.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 3.33in,2.30in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 240,166 dynamic name 'latency_pingpong_cross_process_ring_transfer' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'latency-pingpong-cross-process-ring-transfer.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set samples 2
	set logscale xy
	set xrange [42.6667:98304]
	set yrange [12.0734:149128]
	set xtics ('64 B' 64, '4 KiB' 4096, '64 KiB' 65536)
	set ytics ('100 ns' 100, '1 µs' 1000, '10 µs' 10000, '100 µs' 100000)
	set xlabel 'message size'
	set ylabel 'median round trip'
	set rmargin at screen 0.668
	set key at screen 0.683,0.97 left top maxrows 6
	plot 'latency-pingpong-cross-process-ring-transfer.dat' index 0 using ($1*0.9877):3:(0):($4-$3) with vectors nohead linecolor rgb '#56B4E9' linewidth 1.6 notitle, \
		'latency-pingpong-cross-process-ring-transfer.dat' index 0 using ($1*0.9877):2 with linespoints linecolor rgb '#56B4E9' pointtype 14 dashtype 2 linewidth 1.6 title 'ring spin', \
		'latency-pingpong-cross-process-ring-transfer.dat' index 1 using ($1*1.0124):3:(0):($4-$3) with vectors nohead linecolor rgb '#000000' linewidth 1.6 notitle, \
		'latency-pingpong-cross-process-ring-transfer.dat' index 1 using ($1*1.0124):2 with linespoints linecolor rgb '#000000' pointtype 2 dashtype 2 linewidth 1.6 title 'pageswap spin', \
		20 with lines linecolor rgb '#6e6e6e' dashtype 2 title 'timer 20 ns', \
		102.4575 with lines linecolor rgb '#6e6e6e' dashtype 3 title 'mailbox 102 ns', \
		422.42 with lines linecolor rgb '#6e6e6e' dashtype 4 title 'mailbox 422 ns', \
		keyentry with lines linecolor rgb '#6e6e6e' dashtype 5 title 'null 5.19 ns ↓'
	unset output
}
